import NIOCore
import Testing

@testable import EngineIO

@Suite("The lateness of an event loop")
struct LoopLagTests {
    @Test(
        "REL-22: lateness counts in the first class that holds it, its end included",
        arguments: [
            (TimeAmount.zero, 0), (.milliseconds(1), 0), (.nanoseconds(1_000_001), 1), (.milliseconds(5), 1), (.milliseconds(26), 4),
            (.milliseconds(1_000), 7), (.milliseconds(1_001), 8), (.hours(1), 8),
            // A timer that is early is not late.
            (.milliseconds(-3), 0),
        ])
    func classes(_ late: TimeAmount, _ index: Int) {
        var lag = LoopLag()
        lag.note(late)
        #expect(lag.counts.enumerated().filter { $1 > 0 }.map(\.offset) == [index])
        #expect(lag.nanoseconds == UInt64(max(0, late.nanoseconds)))
    }

    @Test("REL-22: loops are added class by class")
    func sum() {
        var (one, other) = (LoopLag(), LoopLag())
        one.note(.milliseconds(2))
        other.note(.milliseconds(2))
        other.note(.seconds(2))
        one.add(other)
        #expect(one.counts == [0, 2, 0, 0, 0, 0, 0, 0, 1])
        #expect(one.nanoseconds == 2_004_000_000)
    }

    @Test("REL-22: a loop that is held up says so", .timeLimit(.minutes(1)))
    func heldUp() async throws {
        try await TestServer.with { server in
            _ = try await server.openWebSocket()
            // Each time the loop is held longer than its timer's period, so the timer of the time is late.
            var isLate = false
            while !isLate {
                isLate = try await server.server.onEachLoop { loop in
                    let end = NIODeadline.now() + .milliseconds(300)
                    while NIODeadline.now() < end {}
                    return loop.lag.counts.dropFirst(2).contains { $0 > 0 }
                }.contains(true)
            }
        }
    }
}
