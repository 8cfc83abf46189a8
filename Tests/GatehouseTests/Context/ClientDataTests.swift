import GatehouseTestSupport
import GatehouseTesting
import NIOConcurrencyHelpers
import Testing

@testable import Gatehouse

@Suite("What gateways keep with clients")
struct ClientDataTests {
    private struct Cart: ClientData { var items: [String] = [] }
    private struct Visits: ClientData { var count: Int64 = 1 }
    private final class Shared: ClientData { let count = NIOLockedValueBox(0) }

    @Test("MDL-33: each type is kept apart, from its own beginning, and nothing is kept after the end")
    func kept() {
        var kept = KeptData()
        #expect(kept.value(of: Cart.self) == nil)
        #expect(kept.value(orKeeping: Visits(count: 7)).count == 7)
        #expect(kept.value(orKeeping: Visits(count: 8)).count == 7, "what is there stays")
        #expect(kept.keep(Cart(items: ["a"])) == nil)
        #expect((kept.keep(Cart(items: ["b"])) as? Cart)?.items == ["a"], "the former value is the caller's to let go of")
        #expect(kept.value(of: Cart.self)?.items == ["b"] && kept.value(of: Visits.self)?.count == 7)
        #expect(kept.end().count == 2)
        #expect(kept.keep(Cart(items: ["c"])) == nil)
        #expect(kept.value(orKeeping: Visits()).count == 1)
        #expect(kept.value(of: Cart.self) == nil && kept.value(of: Visits.self) == nil)
    }

    @Test("MDL-33: of two gateways of one namespace each finds its own, and none that of another client")
    func gateways() async throws {
        /// Both call their type the same.
        struct First: Gateway {
            struct Mine: ClientData { var calls: Int64 = 0 }
            static let namespace: Namespace = "/"
            func routes(_ on: inout Routes) { on("first", call) }
            func call(_ context: EventContext) throws -> Int64 {
                context.client[Mine.self].calls += 1
                return context.client[Mine.self].calls
            }
        }
        struct Second: Gateway {
            struct Mine: ClientData { var calls: Int64 = 100 }
            static let namespace: Namespace = "/"
            func routes(_ on: inout Routes) { on("second", call) }
            func call(_ context: EventContext) throws -> Int64 {
                context.client[Mine.self].calls += 1
                return context.client[Mine.self].calls
            }
        }
        try await TestServer.with(PendingMount(First()), PendingMount(Second())) { server in
            let (ada, bob) = (try await server.join("ada"), try await server.join("bob"))
            #expect(try await ada.emitWithAck("first", []) == [1])
            #expect(try await ada.emitWithAck("first", []) == [2])
            #expect(try await ada.emitWithAck("second", []) == [101])
            #expect(try await bob.emitWithAck("first", []) == [1])
        }
    }

    @Test("MDL-33: what guards itself is one object for all who ask, from whatever thread; after didDisconnect it is let go of")
    func threads() async throws {
        let kept = Kept()
        let ends = Latch()
        let last = NIOLockedValueBox(0)
        let gateway = ScriptGateway<Root>(
            connected: { kept.client = $0 },
            left: { client, _ in
                last.withLockedValue { $0 = client[Shared.self].count.withLockedValue { $0 } }
                ends.open()
            })
        try await TestServer.with(PendingMount(gateway), configure: { $0.keepsClients = true }) { server in
            let wire = try await server.join()
            let client = try #require(kept.client)
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask { for _ in 0..<500 { client[Shared.self].count.withLockedValue { $0 += 1 } } }
                }
            }
            #expect(client[Shared.self].count.withLockedValue { $0 } == 4_000)
            try await wire.close()
            await ends.wait()
            #expect(last.withLockedValue { $0 } == 4_000)
            try await server.eventually { client[Shared.self].count.withLockedValue { $0 } == 0 }
            client[Cart.self].items = ["late"]
            #expect(client[Cart.self].items.isEmpty)
        }
    }
}
