import GatehouseJSON
import GatehouseTesting
import Testing

@testable import Gatehouse

@Suite("What handlers return")
struct HandlerReturnTests {
    /// A handler for each kind of value, with a payload and without one, suspending and not.
    struct Returns: Gateway {
        static let namespace: Namespace = "/"

        func routes(_ on: inout Routes) {
            on("void", void)
            on("void.async", voidAsync)
            on("void.plain", voidPlain)
            on("void.plain.async", voidPlainAsync)
            on("nil", nothing)
            on("some", something)
            on("false", no)
            on("zero", zero)
            on("empty", empty)
            on("list.async", list)
            on("event", event)
            on("event.async", eventAsync)
            on("event.plain", eventPlain)
            on("event.plain.async", eventPlainAsync)
            on("event.reserved", eventReserved)
            on("number", number)
        }

        func void(_ step: Step, _ context: EventContext) throws {}
        func voidAsync(_ step: Step, _ context: EventContext) async throws { await Task.yield() }
        func voidPlain(_ context: EventContext) throws {}
        func voidPlainAsync(_ context: EventContext) async throws { await Task.yield() }
        func nothing(_ step: Step, _ context: EventContext) throws -> Int? { nil }
        func something(_ step: Step, _ context: EventContext) throws -> Int? { 7 }
        func no(_ step: Step, _ context: EventContext) throws -> Bool { false }
        func zero(_ step: Step, _ context: EventContext) throws -> Int { 0 }
        func empty(_ context: EventContext) throws -> String { "" }
        func list(_ step: Step, _ context: EventContext) async throws -> [Int] { [1, 2] }
        func event(_ step: Step, _ context: EventContext) throws -> EventReply<Int> { EventReply("reply", 1) }
        func eventAsync(_ step: Step, _ context: EventContext) async throws -> EventReply<Int> { EventReply("reply", 2) }
        func eventPlain(_ context: EventContext) throws -> EventReply<Int> { EventReply("reply", 3) }
        func eventPlainAsync(_ context: EventContext) async throws -> EventReply<Int> { EventReply("reply", 4) }
        func eventReserved(_ step: Step, _ context: EventContext) throws -> EventReply<Int> { EventReply("connect", 1) }
        func number(_ step: Step, _ context: EventContext) throws -> Double { .nan }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var event: String
        var takesPayload = true
        var ack: [JSONValue]
        var reply: [JSONValue]?
        var testDescription: String { event }
    }

    static let cases: [Case] = [
        Case(event: "void", ack: []),
        Case(event: "void.async", ack: []),
        Case(event: "void.plain", takesPayload: false, ack: []),
        Case(event: "void.plain.async", takesPayload: false, ack: []),
        Case(event: "nil", ack: []),
        Case(event: "some", ack: [7]),
        Case(event: "false", ack: [false]),
        Case(event: "zero", ack: [0]),
        Case(event: "empty", takesPayload: false, ack: [""]),
        Case(event: "list.async", ack: [[1, 2]]),
        Case(event: "event", ack: [], reply: [1]),
        Case(event: "event.async", ack: [], reply: [2]),
        Case(event: "event.plain", takesPayload: false, ack: [], reply: [3]),
        Case(event: "event.plain.async", takesPayload: false, ack: [], reply: [4]),
    ]

    @Test("GW-05: an ack is sent once, empty for nothing; without one a value is dropped, a reply emitted", arguments: cases)
    func returns(_ one: Case) async throws {
        try await TestServer.with(PendingMount(Returns())) { server in
            let client = try await server.join()
            let arguments: [JSONValue] = one.takesPayload ? [[:]] : []
            #expect(try await client.emitWithAck(one.event, arguments) == one.ack)
            if let reply = one.reply { #expect(try await client.event("reply", within: .zero) == reply) }

            try await client.emit(one.event, arguments)
            #expect(try await client.emitWithAck("zero", [[:]]) == [0])
            if let reply = one.reply { #expect(try await client.event("reply", within: .zero) == reply) }
            try await client.refute("reply", within: .zero)
            try await client.refute("exception", within: .zero)
        }
    }

    @Test("GW-05, ERR-02: a result that cannot be sent is `internal`, in one ack", arguments: ["event.reserved", "number"])
    func unwritable(_ event: String) async throws {
        try await TestServer.with(PendingMount(Returns())) { server in
            let client = try await server.join()
            let ack = try await client.emitWithAck(event, [[:]])
            #expect(ack.count == 1)
            #expect(ack.first?["code"] == "internal")
            #expect(try await server.record(of: ack.first?["decision"]?.stringValue)?["decision"]?["reason"] == "unwritable_result")
            #expect(try await client.emitWithAck("zero", [[:]]) == [0])
            try await client.refute("reply", within: .zero)
        }
    }

    static let arities: [(String, [JSONValue], Bool)] = [
        ("zero", [], false), ("zero", [[:]], true), ("zero", [[:], [:]], false), ("zero", [1], false), ("zero", [.null], false),
        ("empty", [], true), ("empty", [[:]], false), ("empty", [.null], false), ("list.async", [], false), ("list.async", [[:]], true),
        ("void.plain.async", [1], false),
    ]

    @Test("GW-04: a handler with a payload takes exactly one argument, one without takes none", arguments: arities)
    func arity(_ event: String, _ arguments: [JSONValue], _ isAccepted: Bool) async throws {
        try await TestServer.with(PendingMount(Returns())) { server in
            let client = try await server.join()
            let ack = try await client.emitWithAck(event, arguments)
            #expect((ack.first?["code"] == "invalid") == !isAccepted)
            guard !isAccepted else { return }
            #expect(try await server.record(of: ack.first?["decision"]?.stringValue)?["event"] == "msg.invalid")
        }
    }
}
