import GatehouseJSON
import GatehousePolicy
import GatehouseTesting
import SocketIO
import Testing

@testable import Gatehouse

@Suite("Errors that clients see")
struct ErrorTests {
    struct Unregistered: Error { let secret = "/etc/passwd" }

    struct Case: Sendable, CustomTestStringConvertible {
        var event: String
        var argument: JSONValue
        var code: String
        var message: String
        var testDescription: String { "\(event) \(argument.serialized)" }
    }

    static let cases: [Case] = [
        Case(event: "now", argument: ["value": "app"], code: "app.full", message: "The room is full"),
        Case(event: "later", argument: ["value": "app"], code: "app.full", message: "The room is full"),
        Case(event: "now", argument: ["value": "own"], code: "not_found", message: "No such thing"),
        Case(event: "now", argument: ["value": "other"], code: "internal", message: "Internal server error"),
        Case(event: "later", argument: ["value": "other"], code: "internal", message: "Internal server error"),
        Case(event: "now", argument: ["room": ""], code: "invalid", message: ValidationError.message),
        Case(event: "now", argument: ["unknown": 1], code: "invalid", message: ValidationError.message),
        Case(event: "join", argument: ["room": "closed"], code: "forbidden", message: "Forbidden resource"),
        Case(event: "nothing", argument: [:], code: "forbidden", message: "Forbidden resource"),
        Case(event: "leave", argument: [:], code: "forbidden", message: "Forbidden resource"),
        Case(event: "exception", argument: [:], code: "forbidden", message: "Forbidden resource"),
    ]

    private static let policies = TestPolicies().allowing(
        join: "{ id: join.open, room: open }", send: "{ id: send.some, event: [now, later, join, say] }")

    private func server(_ body: (TestServer, SocketIOClient) async throws -> Void) async throws {
        @Sendable func act(_ step: Step) throws -> JSONValue? {
            switch step.value?.stringValue {
            case "app": throw GatewayError.app("full", "The room is full", cause: Unregistered())
            case "own": throw GatewayError(.notFound, "No such thing")
            case "other": throw Unregistered()
            default: return step.value
            }
        }
        let gateway = ScriptGateway<Root>(
            now: { step, _ in try act(step) },
            later: { step, _ in
                await Task.yield()
                return try act(step)
            })
        try await TestServer.with(PendingMount(gateway), configure: { $0.policies = Self.policies }) { server in
            try await body(server, try await server.join())
        }
    }

    @Test("ERR-01, GW-05, VAL-30: an error goes to the ack that was asked for, alone, and its decision finds one record", arguments: cases)
    func toTheAck(_ one: Case) async throws {
        try await server { server, client in
            let ack = try await client.emitWithAck(one.event, [one.argument])
            #expect(ack.count == 1)
            let error = try #require(ack.first)
            #expect(error["status"] == "error")
            #expect(error["code"] == .string(one.code))
            #expect(error["message"] == .string(one.message))
            #expect((error["violations"] != nil) == (one.code == "invalid"))
            #expect(error["cause"] == nil)
            #expect(!error.serialized.contains("passwd"))
            let decision = try #require(error["decision"]?.stringValue)
            #expect(try await server.record(of: decision) != nil)
            #expect(try await client.emitWithAck("now", [["value": "on"]]) == ["on"])
            try await client.refute("exception", within: .zero)
        }
    }

    @Test("ERR-01: without an ack it is an `exception` with the event's name, and nothing else of the input", arguments: cases)
    func asException(_ one: Case) async throws {
        try await server { server, client in
            try await client.emit(one.event, [one.argument])
            let error = try #require(try await client.event("exception").first)
            #expect(error["code"] == .string(one.code))
            #expect(error["message"] == .string(one.message))
            #expect(error["cause"]?["pattern"] == .string(one.event))
            #expect(try await server.record(of: error["decision"]?.stringValue) != nil)
            #expect(try await client.emitWithAck("now", [["value": "on"]]) == ["on"])
            try await client.refute("exception", within: .zero)
        }
    }

    /// Where an error comes from; of a handler's, a filter may say what the client is told.
    enum Thrower: CaseIterable, Sendable { case `guard`, interceptor, pipe, handler, filteredHandler }

    @Test("AC-12, API-09: whatever throws, only that event fails, with what its filter makes of it", arguments: Thrower.allCases)
    func throwing(_ stage: Thrower) async throws {
        struct Thrown: Guard, Interceptor, Pipe, ExceptionFilter {
            let stage: Thrower
            func evaluateNow(_ request: EventRequest) throws -> GuardVerdict? {
                if stage == .guard, request.context.event == "now" { throw Unregistered() }
                return .allow
            }
            func intercept(_ request: EventRequest, next: @Sendable () async throws -> HandlerOutput) async throws -> HandlerOutput {
                if stage == .interceptor, request.context.event == "now" { throw Unregistered() }
                return try await next()
            }
            func transformNow(_ payload: Step, _ context: EventContext) throws -> Step? {
                if stage == .pipe, context.event == "now" { throw Unregistered() }
                return payload
            }
            func reply(to error: any Error, in context: EventContext) -> ErrorReply? {
                stage == .filteredHandler ? ErrorReply(code: .app("filtered"), message: "filtered") : nil
            }
        }
        let thrower = Thrown(stage: stage)
        let gateway = ScriptGateway<Root>(now: { _, _ in
            if stage == .handler || stage == .filteredHandler { throw Unregistered() }
            return "ran"
        })
        try await TestServer.with(
            PendingMount(gateway),
            configure: { $0.stages = Stages(guards: [thrower], interceptors: [thrower], pipes: [thrower], filters: [thrower]) }
        ) { server in
            let client = try await server.join()
            let other = try await server.join("bob")
            let error = try await client.emitWithAck("now", [[:]]).first
            let codes: [Thrower: JSONValue] = [.guard: "forbidden", .filteredHandler: "app.filtered"]
            #expect(error?["code"] == codes[stage] ?? "internal")
            #expect(try await server.record(of: error?["decision"]?.stringValue) != nil)
            #expect(try await client.emitWithAck("later", [["value": 1]]) == [1])
            #expect(try await other.emitWithAck("later", [["value": 2]]) == [2])
        }
    }

    @Test("AUD-01, VAL-33: a payload that breaks rules twice in one place leaves a record that our own reader reads, paths and keys only")
    func invalidRecord() async throws {
        try await server { server, client in
            let payload: JSONValue = ["room": "", "dto": "secret", "count": "secret", "v0": "secret"]
            let error = try #require(try await client.emitWithAck("now", [payload]).first)
            #expect(error["code"] == "invalid")
            let record = try #require(try await server.record(of: error["decision"]?.stringValue))
            #expect(record["detail"]?["dto"] == "Step")
            #expect(record["detail"]?["count"]?.integerValue == error["violations"]?.arrayValue.map { Int64($0.count) })
            #expect(record["detail"]?["v1"]?.stringValue?.contains(" ") == true)
            #expect(!record.serialized.contains("secret"))
        }
    }

    @Test("VAL-32: a policy may keep what is wrong with a payload from its clients; code and decision stay, and the record")
    func violationsKept() async throws {
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()), configure: { $0.policies = TestPolicies().allowing(more: "errors: { violations: false }") }
        ) { server in
            let client = try await server.join()
            let error = try #require(try await client.emitWithAck("now", [["dto": 1]]).first)
            #expect(error["code"] == "invalid" && error["violations"] == nil)
            let record = try #require(try await server.record(of: error["decision"]?.stringValue))
            #expect(record["detail"]?["v0"] == "dto whitelistValidation")
            async let notice = client.event("exception")
            try await client.emit("now", [["dto": 1]])
            #expect(try await notice.first?["violations"] == nil)
        }
    }

    @Test("VAL-32: staff are always told: the policy of /admin cannot keep it from them")
    func staffAreTold() throws {
        let policies = TestPolicies().allowing("/admin", more: "errors: { violations: false }")
        let errors = #expect(throws: PolicyErrors.self) { try PolicyBundle.load(files: policies.files) }
        #expect(errors?.errors.map(\.code) == [.notSupported])
    }

    @Test("VAL-34: an answer with many violations stays under 8 KiB")
    func cappedAnswer() async throws {
        let path = "attachments.10.metadata.description"
        let error = ValidationError(
            violations: (0..<64).map {
                Violation(path: "\(path).\($0)", constraint: "isLength", message: String(repeating: "m", count: 150))
            })
        try await TestServer.with(PendingMount(ScriptGateway<Root>(now: { _, _ in throw error }))) { server in
            let client = try await server.join()
            let answer = try #require(try await client.emitWithAck("now", [[:]]).first)
            #expect(answer.serialized.utf8.count <= 8_192)
            #expect((answer["violations"]?.arrayValue?.count ?? 0) > 16)
        }
    }

    @Test("GW-06, POL-01: an event that no handler has is refused, whatever the rules allow")
    func unknownEvent() async throws {
        try await TestServer.with(PendingMount(ScriptGateway<Root>())) { server in
            let client = try await server.join()
            let error = try await client.emitWithAck("nothing").first
            #expect(error?["code"] == "forbidden")
            #expect(try await server.record(of: error?["decision"]?.stringValue)?["decision"]?["reason"] == "unknown_event")
        }
    }

    enum Closing: CaseIterable, Sendable { case terminal, reconnect, reconnectLater }

    @Test("ERR-05: each namespace is told first; only a terminal code comes with a DISCONNECT", arguments: Closing.allCases)
    func closing(_ closing: Closing) async throws {
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()), PendingMount(ScriptGateway<Side>()),
            configure: { $0.policies = TestPolicies().allowing().allowing("/side") }
        ) { server in
            let client = try await server.join()
            try await client.join("/side", auth: try server.auth())
            let (closure, retry): (ConnectionClosure, JSONValue) =
                switch closing {
                case .terminal: (ConnectionClosure(.banned, decision: "d"), false)
                case .reconnect: (ConnectionClosure(.reauthRequired, decision: "d"), 0)
                case .reconnectLater: (ConnectionClosure(.overload, retryAfter: 7, decision: "d"), 7)
                }
            _ = try await server.runtime.directory.close(SessionFilter(), closure)
            for namespace in ["/", "/side"] {
                let notice = try await client.event("system.closed", in: namespace).first
                #expect(notice == ["code": .string(closure.code.name), "retry": retry, "decision": "d"])
            }
            #expect(try await client.closed().code == closure.code.rawValue)
            for namespace in ["/", "/side"] {
                let told = (try? await client.event("disconnect", in: namespace, within: .zero)) != nil
                #expect(told == closure.code.isTerminal)
            }
        }
    }
}
