import GatehouseTestSupport
import NIOConcurrencyHelpers
import Testing

@testable import Gatehouse

@Suite("What is gathered for many at a time", .timeLimit(.minutes(1)))
struct SharedGatheringTests {
    @Test("REL-22: however many ask meanwhile, it is gathered once; who asks later gets it anew")
    func once() async throws {
        let (count, latch) = (NIOLockedValueBox(0), Latch())
        let gathering = SharedGathering {
            let number = count.withLockedValue { count in
                count += 1
                return count
            }
            await latch.wait()
            return number
        }
        async let values = withTaskGroup(of: Int.self) { group in
            for _ in 0..<16 { group.addTask { await gathering.value } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        try await eventually { gathering.waiting >= 16 }
        latch.open()
        #expect(await values == [Int](repeating: 1, count: 16))
        #expect(await gathering.value == 2)
    }
}
