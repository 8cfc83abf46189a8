import NIOCore
import Testing

@testable import SocketIO

@Suite("Acks that clients owe")
struct PendingAcksTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000)

    private func acks(_ deadlines: [(UInt64, TimeAmount)], _ settled: @escaping (UInt64, Bool) -> Void) -> PendingAcks {
        var acks = PendingAcks()
        for (id, time) in deadlines {
            acks.insert(id, deadline: start + time) { result in
                if case .success = result { settled(id, true) } else { settled(id, false) }
            }
        }
        return acks
    }

    @Test("SIO-09: an ack is matched once; a repeated or unknown one finds nothing")
    func matchedOnce() {
        var pending = acks([(7, .seconds(1))]) { _, _ in }
        #expect(pending.take(8) == nil)
        #expect(pending.take(7) != nil)
        #expect(pending.take(7) == nil)
        #expect(pending.count == 0)
    }

    static let late: [(Int64, [UInt64])] = [(0, []), (999, []), (1_000, [1]), (1_999, [1]), (2_000, [1, 2]), (9_000, [1, 2, 3])]

    @Test("API-03: an ack is late from its deadline on, and not before", arguments: late)
    func expiry(_ milliseconds: Int64, _ late: [UInt64]) {
        var settled: [UInt64] = []
        var pending = acks([(1, .seconds(1)), (2, .seconds(2)), (3, .seconds(3))]) { id, answered in
            #expect(!answered)
            settled.append(id)
        }
        for completion in pending.takeExpired(at: start + .milliseconds(milliseconds)) { completion(.failure(AckError(.timeout, ""))) }
        #expect(settled.sorted() == late)
        #expect(pending.count == 3 - late.count)
        #expect(pending.nextDeadline == (late.count == 3 ? nil : start + .seconds(Int64(late.count + 1))))
    }

    @Test("a client that leaves answers none of them")
    func leaving() {
        var pending = acks([(1, .seconds(1)), (2, .seconds(2))]) { _, _ in }
        #expect(pending.takeAll().count == 2)
        #expect(pending.count == 0)
        #expect(pending.nextDeadline == nil)
    }
}
