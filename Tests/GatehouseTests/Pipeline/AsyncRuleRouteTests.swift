import GatehouseJSON
import GatehouseTestSupport
import GatehouseTesting
import SocketIO
import Testing

@testable import Gatehouse

@Suite("Rules of a payload that have to wait")
struct AsyncRuleRouteTests {
    struct Order: Payload {
        var product: String

        static let schema = Schema(
            Field("product", \.product, .length(1...32)),
            asyncRules: [
                AsyncRule("isKnown", at: "product", "must be a known product", timeout: .milliseconds(50)) { order in
                    switch order.product {
                    case "late": try await Task.sleep(for: .seconds(600))
                    case "throws": throw GatewayError(.unavailable, "the store is away")
                    default: await Task.yield()
                    }
                    return order.product == "tea"
                }
            ],
            make: Order.init)
    }

    struct OrderGateway: Gateway {
        static let namespace: Namespace = "/"
        let handled: Recorder

        func routes(_ on: inout Routes) {
            on("now", now)
            on("later", later)
        }

        func now(_ dto: Order, _ context: EventContext) -> Bool {
            handled.note("now \(dto.product)")
            return true
        }

        func later(_ dto: Order, _ context: EventContext) async -> Bool {
            handled.note("later \(dto.product)")
            return true
        }
    }

    struct Noting: Pipe {
        let piped: Recorder

        func transformNow(_ payload: Order, _ context: EventContext) throws -> Order? {
            piped.note(context.event)
            return payload
        }
    }

    @Test(
        "VAL-15, VAL-50: one that says no, throws or is late refuses the message before pipes and handler", arguments: ["now", "later"],
        ["coffee", "throws", "late"])
    func refuses(_ event: String, _ product: String) async throws {
        let (handled, piped) = (Recorder(), Recorder())
        try await TestServer.with(
            PendingMount(OrderGateway(handled: handled)), configure: { $0.stages = Stages(pipes: [Noting(piped: piped)]) }
        ) { server in
            let client = try await server.join()
            let error = try #require(try await client.emitWithAck(event, [["product": .string(product)]]).first)
            #expect(error["code"] == (product == "coffee" ? "invalid" : "unavailable"))
            #expect(error["violations"]?.arrayValue?.first?["constraint"] == (product == "coffee" ? "isKnown" : nil))
            #expect(try await server.record(of: error["decision"]?.stringValue) != nil)
            #expect(handled.notes.isEmpty && piped.notes.isEmpty)
            #expect(try await client.emitWithAck(event, [["product": "tea"]]) == [true])
            #expect(handled.notes == ["\(event) tea"] && piped.notes == [event])
        }
    }

    @Test("VAL-15: a rule without an answer is not held against the sender")
    func notCharged() async throws {
        let policies = TestPolicies().allowing(more: "limits: { violations: { window: 60s, disconnect_after: 2 } }")
        try await TestServer.with(PendingMount(OrderGateway(handled: Recorder())), configure: { $0.policies = policies }) { server in
            let client = try await server.join()
            for _ in 0..<3 { #expect(try await client.emitWithAck("now", [["product": "throws"]]).first?["code"] == "unavailable") }
            for _ in 0..<2 { try await client.emit("now", [["product": "coffee"]]) }
            #expect(try await client.closed().code == CloseCode.violations.rawValue)
        }
    }

    @Test("VAL-15: they are not asked about a payload that breaks another rule")
    func last() async throws {
        let handled = Recorder()
        try await TestServer.with(PendingMount(OrderGateway(handled: handled))) { server in
            let client = try await server.join()
            let error = try #require(try await client.emitWithAck("now", [["product": ""]]).first)
            #expect(error["violations"]?.arrayValue?.map { $0["constraint"] } == ["isLength"])
            #expect(handled.notes.isEmpty)
        }
    }
}
