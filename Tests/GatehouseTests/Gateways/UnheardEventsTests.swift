import GatehouseJSON
import GatehouseTestSupport
import GatehouseTesting
import Logging
import SocketIO
import Testing

@testable import Gatehouse

@Suite("Events that nobody hears, questions, and rooms of bare arguments")
struct UnheardEventsTests {
    struct Said: ServerEvent {
        static let event = "said"
        var text: String
        static let schema = Schema(Field("text", \.text), make: Said.init)
    }

    struct Camera: ServerQuestion {
        typealias Answer = String
        static let event = "camera"
        var side: String
        static let schema = Schema(Field("side", \.side), make: Camera.init)
    }

    struct Speaker: Gateway {
        static let namespace: Namespace = "/"

        func routes(_ on: inout Routes) {
            on("say", say).emits(Said.self)
            on("slip", slip)
            on("reply", reply)
            on("join", join)
            on("move", move)
            on("ask", ask)
            on.emits(Camera.self)
        }

        func say(_ text: String, _ context: EventContext) throws { try context.everyone.emit(Said(text: text)) }
        func slip(_ event: String, _ context: EventContext) throws { try context.everyone.emit(event, 1) }
        func reply(_ context: EventContext) -> EventReply<Int> { EventReply("answer", 7) }

        func join(_ room: RoomName, _ context: EventContext) throws -> EventReply<RoomName> {
            try context.client.join(room)
            return EventReply("joined", room)
        }

        func move(_ x: Int, _ symbol: String, _ context: EventContext) -> String? { context.room?.name }

        func ask(_ context: EventContext) async throws -> String { try await context.client.ask(Camera(side: "front")) }
    }

    private func withSpeaker(
        send: String? = nil, receive: String, logger: Logger? = nil, _ body: (TestServer) async throws -> Void
    ) async throws {
        try await TestServer.with(
            PendingMount(Speaker()),
            configure: {
                $0.policies = TestPolicies().allowing(send: send, receive: receive)
                if let logger { $0.logger = logger }
            }, body)
    }

    @Test("MDL-21: an event without a rule, and one that is not declared, is counted, and told of once; answers and known events are not")
    func unheard() async throws {
        let lines = LogLines()
        let logger = Logger(label: "test") { _ in lines.handler }
        try await withSpeaker(receive: "{ id: r, event: [said, undeclared, answer, joined] }", logger: logger) { server in
            let client = try await server.join()
            for _ in 0..<3 {
                for event in ["ghost", "undeclared"] { _ = try await client.emitWithAck("slip", [.string(event)]) }
                _ = try await client.emitWithAck("say", ["hello"])
                _ = try await client.emitWithAck("reply", [])
            }
            #expect(server.runtime.unheard.events.map { "\($0.event) \($0.reason)" } == ["ghost undeclared", "undeclared undeclared"])
            #expect(server.runtime.unheard.counts == [.undeclared: 6])
            #expect(lines.all.count { $0.contains("do not declare") } == 2, "\(lines.all)")
            #expect(try await client.event("said").first?["text"] == "hello")
            #expect(try await client.event("answer") == [7])
        }
    }

    @Test("MDL-21: a declared event that no rule speaks of is told of; one that only others may have is not")
    func withoutRule() async throws {
        try await withSpeaker(receive: "{ id: r, event: camera, when: { roles: { any_of: [nobody] } } }") { server in
            let client = try await server.join()
            _ = try await client.emitWithAck("say", ["hello"])
            #expect(try await client.emitWithAck("ask", []).first?["code"] == "not_found")
            #expect(server.runtime.unheard.events.map { "\($0.event) \($0.reason)" } == ["said noRule"])
        }
    }

    @Test("MDL-22: a question gives an answer of its type, and another type is the client's mistake")
    func asks() async throws {
        try await withSpeaker(receive: "{ id: r, event: camera }") { server in
            let client = try await server.join()
            try await client.onAckRequest { SocketIOPayload([$0.arguments.first?["side"] ?? .null]) }
            #expect(try await client.emitWithAck("ask", []) == ["front"])
            try await client.onAckRequest { _ in SocketIOPayload([5]) }
            #expect(try await client.emitWithAck("ask", []).first?["code"] == "internal")
        }
    }

    @Test("MDL-03: the room of a bare argument, of a second one, and one made of it, is what rules decide about and what the handler sees")
    func rooms() async throws {
        let send = """
            { id: join, event: join, room_at: "", to: "open:*" }
                - { id: move, event: move, room_at: { argument: 1, as: "symbol:{value}" }, to: "symbol:*" }
            """
        try await withSpeaker(send: send, receive: "{ id: r, event: joined }") { server in
            let client = try await server.join()
            #expect(try await client.emitWithAck("join", ["secret:a"]).first?["code"] == "forbidden")
            #expect(try await client.emitWithAck("join", ["open:a"]).isEmpty)
            #expect(try await client.event("joined") == ["open:a"])
            #expect(try await client.emitWithAck("move", [1, "ABC"]) == ["symbol:ABC"])
            for text in ["A:B", "*", ""] {
                #expect(try await client.emitWithAck("move", [1, .string(text)]).first?["code"] == "forbidden")
            }
            #expect(try await client.emitWithAck("move", [1]).first?["code"] == "forbidden")
        }
    }
}
