import GatehouseJSON
import GatehouseTesting
import NIOCore
import Testing

@testable import Gatehouse

@Suite("MDL-01: handlers take whatever a client may emit")
struct HandlerShapeTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let event: String
        var arguments: [JSONValue]
        var attachments: [ByteBuffer] = []
        var ack: [JSONValue]?
        var got: [JSONValue]?
        var testDescription: String { "\(event) \(arguments)" }
    }

    private static let dot: JSONValue = ["x": 1, "y": 0.5, "label": "é"]
    private static let bytes = ByteBuffer(bytes: (0..<1_000).map { UInt8(truncatingIfNeeded: $0) })
    private static let file: JSONValue = ["kind": "file", "bytes": .attachment(0)]

    static let rows: [Row] = [
        Row(event: "nothing", arguments: [], ack: [], got: []), Row(event: "text", arguments: ["room-1"]),
        Row(event: "text", arguments: [""]),
        Row(event: "text", arguments: [.string(String(repeating: "é", count: 4_000))]), Row(event: "integer", arguments: [-3]),
        Row(event: "number", arguments: [0.25]), Row(event: "flag", arguments: [false]), Row(event: "room", arguments: ["room-1"]),
        Row(event: "list", arguments: [[1, 2, 3]]), Row(event: "list", arguments: [[]]),
        Row(event: "map", arguments: [["a": 0.5, "b": 1.5]]),
        Row(event: "side", arguments: ["sell"]), Row(event: "drawing", arguments: [["kind": "dot", "x": 1, "y": 0.5]]),
        Row(event: "drawing", arguments: [file], attachments: [bytes]),
        Row(event: "bytes", arguments: [.attachment(0)], attachments: [bytes]),
        Row(event: "bytes", arguments: [.attachment(0)], attachments: [ByteBuffer()]), Row(event: "dot", arguments: [dot]),
        Row(event: "json", arguments: [.null]), Row(event: "json", arguments: [["a": [1, .null, "b"]]]), Row(event: "json", arguments: [7]),
        Row(event: "price", arguments: [19.5]), Row(event: "wide", arguments: ["9007199254740993"]),
        Row(event: "moment", arguments: ["2026-03-01T12:00:00.5Z"]), Row(event: "ticker", arguments: ["ABC"]),
        Row(event: "maybe", arguments: [3]),
        Row(event: "maybe", arguments: [], ack: [], got: [.null]), Row(event: "maybe", arguments: [.null], ack: []),
        Row(event: "move", arguments: [3, 4.5], ack: [["x": 3, "y": 4.5]]),
        Row(event: "order", arguments: ["ABC", ["kind": "dot", "x": 1, "y": 0.5], "note"], ack: ["note"]),
        Row(event: "order", arguments: ["ABC", file, .null], attachments: [bytes], ack: []),
        Row(
            event: "order", arguments: ["ABC", ["kind": "dot", "x": 1, "y": 0.5]], ack: [],
            got: ["ABC", ["kind": "dot", "x": 1, "y": 0.5], .null]),
    ]

    @Test("Each shape comes to the handler, goes back in an ack and goes out in an event", arguments: ["", ".later"])
    func shapes(_ form: String) async throws {
        try await TestServer.with(PendingMount(ShapeGateway())) { server in
            let client = try await server.join()
            for row in Self.rows {
                let ack = try await client.call(row.event + form, SocketIOPayload(row.arguments, attachments: row.attachments))
                #expect(ack.arguments == row.ack ?? row.arguments, "\(row.testDescription)")
                let got = try await client.receive("got", within: .seconds(5))
                #expect(got.arguments == row.got ?? row.arguments, "\(row.testDescription)")
                #expect(got.payload.attachments == row.attachments, "\(row.testDescription)")
                if row.ack == nil { #expect(ack.attachments == row.attachments, "\(row.testDescription)") }
            }
        }
    }

    @Test("A decimal price reaches the handler and the client digit by digit")
    func exact() async throws {
        try await TestServer.with(PendingMount(ShapeGateway())) { server in
            let raw = try await RawPoller(server)
            let answer = try await raw.exchange("421[\"price\",0.1000000000000000055511151231]")
            #expect(answer.contains("431[0.1000000000000000055511151231]"), "\(answer)")
            #expect(answer.contains("42[\"got\",0.1000000000000000055511151231]"), "\(answer)")
        }
    }

    struct Refusal: Sendable {
        let event: String
        let arguments: [JSONValue]
        let messages: [String]

        init(_ event: String, _ arguments: [JSONValue], _ messages: [String]) {
            (self.event, self.arguments, self.messages) = (event, arguments, messages)
        }
    }

    static let refused: [Refusal] = [
        Refusal("nothing", [1], ["$ must have no argument"]), Refusal("text", [], ["$ must have exactly 1 argument"]),
        Refusal("text", [1], ["$ must be a string"]),
        Refusal("text", ["a", "b"], ["$ must have exactly 1 argument"]), Refusal("integer", [-11], ["$ must be at least -10"]),
        Refusal("integer", [1.5], ["$ must be an integer"]), Refusal("flag", ["true"], ["$ must be a boolean"]),
        Refusal("list", [[1, "a"]], ["1 must be an integer"]),
        Refusal("map", [["a": "b"]], ["a must be a number"]), Refusal("side", ["hold"], ["$ must be one of: buy, sell"]),
        Refusal("room", ["a*"], ["$ must be a room name: 1 to 256 bytes, no control characters, no *"]),
        Refusal("drawing", [["kind": "line"]], ["kind must be one of: dot, file"]),
        Refusal("dot", [["x": 101, "y": 0.5]], ["x must be at most 100"]), Refusal("price", [0], ["$ must be positive"]),
        Refusal("ticker", ["abc"], ["$ must be upper case"]), Refusal("wide", [1], ["$ must be a string"]),
        Refusal("maybe", ["a"], ["$ must be an integer"]), Refusal("move", [1], ["$ must have exactly 2 arguments"]),
        Refusal("move", ["a", "b"], ["0 must be an integer", "1 must be a number"]),
        Refusal("order", ["ABC"], ["$ must have 2 to 3 arguments"]),
        Refusal("order", ["abc", ["kind": "dot", "x": 1], 1], ["0 must be upper case", "1.y is required", "2 must be a string"]),
    ]

    @Test(
        "MDL-02: what does not fit is refused with its place, with and without a task, and the handler does not run",
        arguments: ["", ".later"])
    func refusals(_ form: String) async throws {
        try await TestServer.with(PendingMount(ShapeGateway())) { server in
            let client = try await server.join()
            for refusal in Self.refused {
                let (event, arguments, messages) = (refusal.event, refusal.arguments, refusal.messages)
                let ack = try await client.emitWithAck(event + form, arguments)
                #expect(ack.first?["code"] == "invalid", "\(event)")
                let said = ack.first?["violations"]?.arrayValue?.compactMap { $0["message"]?.stringValue }
                #expect(said == messages, "\(event) \(arguments)")
            }
            try await client.refute("got", within: .zero)
        }
    }

    /// What handlers may return, in both forms, as methods and as closures.
    struct Returns: Gateway {
        static let namespace: Namespace = "/"

        struct Plain: Encodable, Sendable {
            var name = "n"
            var sides = ["buy"]
            var missing: Int?
        }

        func routes(_ on: inout Routes) {
            on("plain") { (_: EventContext) in Plain() }
            on("plain.later", plainLater)
            on("plain.optional") { (flag: Bool, _: EventContext) -> Plain? in flag ? Plain() : nil }
            on("dot") { (_: EventContext) in Dot(x: 1, y: 0.5) }
            on("union.later", unionLater)
            on("reply") { (text: String, _: EventContext) in EventReply("replied", text) }
            on("reply.later", replyLater)
            on("stream") { (_: EventContext) in Counting(to: 2) }
            on("stream.later", streamLater)
            on("void") { (_: Int, _: EventContext) in }
            on("void.later", voidLater)
        }

        func unionLater(_ context: EventContext) async throws -> Drawing { .dot(Dot(x: 1, y: 0.5)) }
        func replyLater(_ text: String, _ context: EventContext) async -> EventReply<[String]> { EventReply("replied", [text]) }
        func streamLater(_ context: EventContext) async -> Counting { Counting(to: 2) }
        func voidLater(_ number: Int, _ context: EventContext) async {}
        func plainLater(_ context: EventContext) async throws -> [Plain] { [Plain()] }
    }

    @Test("MDL-30: results are written by their own conformance, whatever it is")
    func returns() async throws {
        let plain: JSONValue = ["name": "n", "sides": ["buy"]]
        try await TestServer.with(PendingMount(Returns())) { server in
            let client = try await server.join()
            #expect(try await client.emitWithAck("plain") == [plain])
            #expect(try await client.emitWithAck("plain.later") == [[plain]])
            #expect(try await client.emitWithAck("plain.optional", [true]) == [plain])
            #expect(try await client.emitWithAck("plain.optional", [false]) == [.null])
            #expect(try await client.emitWithAck("dot") == [["x": 1, "y": 0.5]])
            #expect(try await client.emitWithAck("union.later") == [["kind": "dot", "x": 1, "y": 0.5]])
            #expect(try await client.emitWithAck("reply", ["a"]) == [])
            #expect(try await client.event("replied") == ["a"])
            #expect(try await client.emitWithAck("reply.later", ["a"]) == [])
            #expect(try await client.event("replied") == [["a"]])
            for event in ["stream", "stream.later"] {
                #expect(try await client.emitWithAck(event) == [1])
                #expect(try await client.event(event) == [2])
            }
            #expect(try await client.emitWithAck("void", [1]) == [])
            #expect(try await client.emitWithAck("void.later", [1]) == [])
        }
    }
}
