import GatehouseAudit
import NIOConcurrencyHelpers
import NIOCore
import Testing

@testable import Gatehouse
@testable import GatehouseModeration

@Suite("The desk where staff's readings of the audit log wait")
struct ReadingDeskTests {
    @Test("one reading runs at a time, some wait in their order, and who comes then is refused", .timeLimit(.minutes(1)))
    func bounded() async throws {
        let desk = ReadingDesk(places: 2)
        let (began, begin) = AsyncStream.makeStream(of: Int.self)
        let (done, end) = AsyncStream.makeStream(of: Int.self)
        let isOpen = NIOLockedValueBox(false)
        for number in 0..<3 {
            try desk.begin(ReadingStop()) {
                begin.yield(number)
                // The first reading holds the others up.
                while number == 0, !isOpen.withLockedValue({ $0 }) {}
                return number
            } done: { result in
                if case .success(let number) = result { end.yield(number) }
            }
            if number == 0 { for await first in began.prefix(1) { #expect(first == 0) } }
        }
        let refusal = #expect(throws: GatewayError.self) {
            try desk.begin(ReadingStop()) {
            } done: { _ in
            }
        }
        #expect(refusal?.code == GatewayError.Code(.rateLimited))
        isOpen.withLockedValue { $0 = true }
        var order: [Int] = []
        for await number in done.prefix(3) { order.append(number) }
        #expect(order == [0, 1, 2])
    }

    @Test("a reading that nobody waits for any more is not begun, and the desk goes on")
    func cancelled() async throws {
        let desk = ReadingDesk()
        let stop = ReadingStop()
        stop.cancel()
        await #expect(throws: CancellationError.self) {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                do {
                    try desk.begin(stop) {
                    } done: {
                        continuation.resume(with: $0)
                    }
                } catch { continuation.resume(throwing: error) }
            }
        }
        #expect(try await desk.run { _ in 7 } == 7)
    }

    @Test("files that are stopped are read no more, and none is ever changed")
    func files() throws {
        let stop = ReadingStop()
        let files = StoppableFiles(stop: stop)
        #expect(throws: FileError.self) { try files.open("/tmp/never", as: .create) }
        let descriptor = try files.open("/etc/hostname", as: .read)
        defer { files.close(descriptor) }
        _ = try files.read(descriptor, at: 0, count: 16)
        stop.allow(.nanoseconds(0))
        #expect(stop.isDue && !stop.isCancelled)
        #expect(throws: FileError.self) { try files.read(descriptor, at: 0, count: 16) }
    }
}
