import GatehouseLiveObjects
import NIOCore
import Testing

@testable import GatehouseTLS

@Suite("The deadlines of an event loop")
struct DeadlineHeapTests {
    @Test("They come in order of time, whatever the order of arrival", arguments: [1, 2, 3, 50, 257])
    func ordered(count: Int) throws {
        let authority = try TestAuthority()
        let handler = try TLSHandler(server: authority.server())
        var heap = DeadlineHeap()
        var state: UInt64 = 42
        var dues: [UInt64] = []
        for _ in 0..<count {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            dues.append(state >> 40)
            heap.insert(TLSDeadline(handler, LiveObjects()), due: .uptimeNanoseconds(state >> 40))
        }
        for due in dues.sorted() {
            #expect(heap.earliest == .uptimeNanoseconds(due))
            if due > 0 { #expect(heap.pop(at: .uptimeNanoseconds(due - 1)) == nil) }
            #expect(heap.pop(at: .uptimeNanoseconds(due)) != nil)
        }
        #expect(heap.count == 0)
        #expect(heap.pop(at: .distantFuture) == nil)
    }
}
