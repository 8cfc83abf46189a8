import GatehouseJSON
import GatehouseTestSupport
import GatehouseTesting
import Testing

@testable import Gatehouse

@Suite("Payloads that are not what the DTO says")
struct AllowListTests {
    struct Inner: Payload {
        var id: Int
        var label: String

        static let schema = Schema(Field("id", \.id), Field("label", \.label), make: Inner.init)
    }

    struct Order: Payload {
        var name: String
        var count: Int
        var price: Double
        var express: Bool
        var tags: [String]
        var inner: Inner

        static let schema = Schema(
            Field("name", \.name), Field("count", \.count), Field("price", \.price), Field("express", \.express),
            Field("tags", \.tags, .count(0...10)),
            Field("inner", \.inner), make: Order.init)
    }

    struct OrderGateway: Gateway {
        static let namespace: Namespace = "/"
        let handled: Recorder

        func routes(_ on: inout Routes) { on("order", order) }

        func order(_ dto: Order, _ context: EventContext) -> Bool {
            handled.note(dto.name)
            return true
        }
    }

    private static let good: [(name: String, value: JSONValue)] = [
        ("name", "tea"), ("count", 2), ("price", 1.5), ("express", true), ("tags", ["a", "b"]), ("inner", ["id": 1, "label": "x"]),
    ]
    private static let inner: [(name: String, value: JSONValue)] = [("id", 1), ("label", "x")]
    private static let strangers = ["__proto__", "constructor", "toString", "isAdmin", "role", "Name", "name ", "", "count\u{0}", "ид"]
    private static let values: [JSONValue] = [
        nil, true, false, 0, 1, -1, 1.5, "", "1", "true", "null", [], ["a"], [1], [:], ["id": 1], ["a": "b"],
    ]

    /// Whether the field takes it, by its type alone.
    private static func fits(_ value: JSONValue, _ name: String) -> Bool {
        switch (name, value) {
        case ("name", .string), ("label", .string), ("count", .integer), ("id", .integer), ("price", .integer), ("price", .number),
            ("express", .bool):
            true
        case ("tags", .array(let values)): values.allSatisfy { if case .string = $0 { true } else { false } }
        default: false
        }
    }

    /// The members with one extra, one missing or one of another type.
    private static func spoiled(_ members: [(name: String, value: JSONValue)], _ random: inout SeededRandom) -> [(String, JSONValue)] {
        var spoiled = members.map { ($0.name, $0.value) }
        let at = Int.random(in: spoiled.indices, using: &random)
        switch Int.random(in: 0...2, using: &random) {
        case 0:
            let stranger = (
                strangers[Int.random(in: strangers.indices, using: &random)], values[Int.random(in: values.indices, using: &random)]
            )
            spoiled.insert(stranger, at: Int.random(in: 0...spoiled.count, using: &random))
        case 1:
            spoiled.remove(at: at)
        default:
            let wrong = values.filter { !fits($0, spoiled[at].0) }
            spoiled[at].1 = wrong[Int.random(in: wrong.indices, using: &random)]
        }
        return spoiled
    }

    @Test("SEC-20: one member more, fewer, or of another type, at any depth: the handler is not called", arguments: 0..<3)
    func property(_ part: UInt64) async throws {
        let seed = UInt64.random(in: 0...UInt64.max) &+ part
        print("seed of the allow-list test, part \(part): \(seed)")
        var random = SeededRandom(seed: seed)
        let handled = Recorder()
        try await TestServer.with(PendingMount(OrderGateway(handled: handled))) { server in
            let client = try await server.join()
            let fit = JSONValue.object(JSONObject(members: Self.good.map { ($0.name, $0.value) }))
            #expect(try await client.emitWithAck("order", [fit]) == [true])
            for round in 0..<300 {
                var members = Self.good.map { ($0.name, $0.value) }
                if Bool.random(using: &random) {
                    members[5].1 = .object(JSONObject(members: Self.spoiled(Self.inner, &random)))
                } else {
                    members = Self.spoiled(Self.good, &random)
                }
                let payload = JSONValue.object(JSONObject(members: members))
                let answer = try await client.emitWithAck("order", [payload]).first
                #expect(answer?["code"] == "invalid", "seed \(seed), round \(round): \(payload.serialized)")
            }
            #expect(handled.notes == ["tea"])
        }
    }

    @Test("SEC-20: what is no object, or not one payload, does not reach the handler")
    func shapes() async throws {
        let handled = Recorder()
        try await TestServer.with(PendingMount(OrderGateway(handled: handled))) { server in
            let client = try await server.join()
            for payload in Self.values { #expect(try await client.emitWithAck("order", [payload]).first?["code"] == "invalid") }
            #expect(try await client.emitWithAck("order").first?["code"] == "invalid")
            #expect(try await client.emitWithAck("order", [[:], [:]]).first?["code"] == "invalid")
            #expect(handled.notes == [])
        }
    }
}
