import EngineIO
import GatehouseJSON
import GatehouseTesting
import NIOCore
import SocketIO
import Testing

@testable import Gatehouse

/// What goes too far and can be followed: the event is refused and recorded, and everything else of the connection goes on.
@Suite("Events that are refused, and not their connection")
struct RefusedEventTests {
    struct Case: Sendable, CustomTestStringConvertible {
        /// The packet from behind its namespace and ack id on; `#` stands for where those are put.
        var packet: String
        var attachments: [[UInt8]] = []
        var code: String
        var pattern: String
        var reason: String
        var isAckable = true

        var testDescription: String { String(packet.prefix(50)) }
    }

    private static func placeholder(_ num: String) -> String { #"{"_placeholder":true,"num":\#(num)}"# }
    private static let bytes: [UInt8] = [1, 2, 3]
    private static let deep = String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
    private static let many = Array(repeating: bytes, count: 11)

    static let cases: [Case] = [
        Case(packet: "2#[\"\(String(repeating: "n", count: 129))\",1]", code: "too_large", pattern: "", reason: "eventName"),
        Case(packet: "2#[\"now\",\(deep)]", code: "too_large", pattern: "now", reason: "depth"),
        Case(
            packet: "2#[\"now\",\(String(repeating: "1", count: 33))]", code: "too_large", pattern: "now",
            reason: "numberLength"),
        Case(packet: "2#[\"now\"\(String(repeating: ",1", count: 10_001))]", code: "too_large", pattern: "now", reason: "nodes"),
        Case(packet: "2#[\"now\",{\"a\":1,\"a\":2}]", code: "invalid", pattern: "now", reason: "duplicateKey"),
        Case(packet: "2#[7,{\"a\":1,\"a\":2}]", code: "invalid", pattern: "7", reason: "duplicateKey"),
        Case(packet: "2#[\"now\",\"\\udc00\"]", code: "invalid", pattern: "now", reason: "loneSurrogate"),
        Case(packet: "511-#[\"now\",\(placeholder("0"))]", attachments: many, code: "too_large", pattern: "now", reason: "attachments"),
        Case(packet: "51-#[\"now\",\(placeholder("1"))]", attachments: [bytes], code: "invalid", pattern: "now", reason: "placeholder"),
        Case(packet: "51-#[\"now\",\(placeholder("\"0\""))]", attachments: [bytes], code: "invalid", pattern: "now", reason: "placeholder"),
        Case(packet: "51-#[\"now\",1]", attachments: [bytes], code: "invalid", pattern: "now", reason: "placeholder"),
        Case(packet: "50-#[\"now\",\(placeholder("0"))]", code: "invalid", pattern: "now", reason: "placeholder"),
        Case(packet: "29007199254740992[\"now\",{}]", code: "invalid", pattern: "now", reason: "ackID", isAckable: false),
    ]

    @Test(
        "VAL-08, ERR-01: it is refused on its ack, else by an `exception` that names it; a record says why; the connection goes on",
        arguments: cases, SocketIOClient.Transport.allCases)
    func refused(_ one: Case, _ transport: SocketIOClient.Transport) async throws {
        try await TestServer.with(PendingMount(ScriptGateway<Root>()), PendingMount(ScriptGateway<Side>()), configure: Self.permissive) {
            server in
            let client = try await server.join(over: transport)
            try await client.join("/side", auth: try server.auth())
            for namespace in ["/", "/side"] {
                let place = namespace == "/" ? "" : namespace + ","
                var packet = one.packet
                if !one.isAckable { packet = packet.replacing("29", with: "2\(place)9") }
                try await client.sendPacket(packet.replacing("#", with: place), one.attachments)
                let exception = try await client.event("exception", in: namespace).first
                #expect(exception?["code"] == .string(one.code))
                #expect(exception?["cause"]?["pattern"] == .string(one.pattern))
                if namespace == "/" {
                    let record = try await server.record(of: exception?["decision"]?.stringValue)
                    #expect(record?["decision"]?["reason"] == .string(one.reason) && record?["event"] == "msg.invalid")
                    #expect(record?["target"]?["event"]?.stringValue == (one.pattern.isEmpty ? nil : one.pattern))
                }
                if one.isAckable {
                    let answer = try await client.answer(to: one.packet.replacing("#", with: place + "4711"), one.attachments, id: 4_711)
                    #expect(answer?["code"] == .string(one.code))
                    #expect(answer?["cause"] == nil)
                }
                #expect(try await client.emitWithAck("now", [["value": 1]], in: namespace) == [1])
            }
        }
    }

    /// Its events have numbers for names, which clients send as numbers or as texts.
    struct Numbered: Gateway {
        static var namespace: NamespacePattern { "/" }

        func routes(_ on: inout Routes) { on("1", one) }

        func one(_ step: Step, _ context: EventContext) throws -> JSONValue? { step.value }
    }

    @Test("SIO-06: an event whose name is a number is the event of its text; rules and answers know it by that", arguments: ["1", "\"1\""])
    func number(_ name: String) async throws {
        let policies = TestPolicies().allowing(send: "{ id: send.one, event: \"1\", rate: { connection: 1/s burst 1 } }")
        try await TestServer.with(PendingMount(Numbered()), configure: { $0.policies = policies }) { server in
            let client = try await server.join()
            #expect(try await client.answer(to: "24711[\(name),{\"value\":7}]", id: 4_711) == 7)
            try await client.sendPacket("2[\(name),{\"value\":7}]")
            let refused = try await client.event("exception").first
            #expect(refused?["code"] == "rate_limited" && refused?["cause"]?["pattern"] == "1")
            // Other spellings of the number are other names, of which nobody knows any.
            for other in ["1.0", "1e0", "2"] {
                #expect(try await client.answer(to: "24712[\(other)]", id: 4_712)?["code"] == "forbidden")
            }
        }
    }

    @Test("SIO-08: text among the attachments of a refused event still ends the connection, and so does one attachment too many")
    func outOfStep() async throws {
        for extra in ["text", "binary"] {
            try await TestServer.with(PendingMount(ScriptGateway<Root>())) { server in
                let client = try await server.join()
                try await client.sendPacket("511-[\"now\"]", extra == "text" ? [Self.bytes] : Self.many + [Self.bytes])
                if extra == "text" { try await client.sendPacket("2[\"now\",{}]") }
                #expect(try await client.closed().code == CloseCode.protocolError.rawValue)
            }
        }
    }

    @Test("REG-11, SEC-A: nothing is held of attachments that nobody will read")
    func holdsNothing() async throws {
        try await TestServer.with(PendingMount(ScriptGateway<Root>())) { server in
            let client = try await server.join()
            let large = [UInt8](repeating: 0x61, count: 60_000)
            try await client.sendPacket("551-[\"now\"]", Array(repeating: large, count: 50))
            // A poll of an event loop's own numbers comes after what was read before it.
            let held = try await server.engine.onEachLoop { $0.heldBytes }.reduce(0, +)
            #expect(held < 400_000, "\(held) bytes are held")
            try await client.sendRaw(ByteBuffer(bytes: large))
            #expect(try await client.event("exception").first?["code"] == "too_large")
        }
    }

    @Test("POL-12: the size of dropped attachments is charged, and each refusal counts as a broken rule")
    func costs() async throws {
        let limits = "limits: { connection: { bytes: 1KiB/s burst 64KiB }, violations: { window: 60s, disconnect_after: 2 } }"
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()), configure: { $0.policies = TestPolicies().allowing(more: limits) }
        ) { server in
            let client = try await server.join()
            try await client.sendPacket("511-[\"now\"]", Array(repeating: [UInt8](repeating: 1, count: 5_000), count: 11))
            #expect(try await client.event("exception").first?["code"] == "too_large")
            let rest = JSONValue.string(String(repeating: "x", count: 12_000))
            #expect(try await client.emitWithAck("now", [["value": rest]]).first?["code"] == "rate_limited")
            try await client.sendPacket("2[\"now\",{\"a\":1,\"a\":2}]")
            #expect(try await client.closed().code == CloseCode.violations.rawValue)
        }
    }

    @Test("API-03: an ack that goes too far is refused for the one who waits, and counts; the connection goes on")
    func acks() async throws {
        for (answer, attachments) in [("61-", [Self.bytes]), ("611-", Self.many)] as [(String, [[UInt8]])] {
            let asked = Recorder()
            let gateway = ScriptGateway<Root>(later: { _, context in
                do {
                    _ = try await context.client.emitWithAck("question", JSONValue.null)
                } catch {
                    asked.note("\(error)")
                }
                return .bool(true)
            })
            try await TestServer.with(PendingMount(gateway)) { server in
                let client = try await server.join()
                async let later = client.emitWithAck("later", [[:]])
                let question = try await client.receive("question")
                #expect(question.wantsAck)
                // Ids are drawn from one sequence, which begins at 1.
                try await client.sendPacket("\(answer)1[\(Self.placeholder("5"))]", attachments)
                #expect(try await later == [true])
                // The clock stands still: who waits was told because of the ack, and not by time.
                #expect(asked.notes.count == 1, "\(asked.notes)")
                #expect(try await server.records("msg.invalid").count == 1)
            }
        }
    }

    private static let permissive: @Sendable (inout TestServer.Settings) -> Void = {
        $0.policies = TestPolicies().allowing().allowing("/side")
    }
}
