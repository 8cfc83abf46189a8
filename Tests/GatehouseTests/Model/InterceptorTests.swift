import GatehouseJSON
import GatehouseTesting
import Testing

@testable import Gatehouse

@Suite("MDL-31: interceptors in both forms")
struct InterceptorTests {
    /// Notes what goes in and what comes out; in the form that costs no task, or in the one that may wait.
    struct Noting: Interceptor {
        let name: String
        let recorder: Recorder
        var waits = false

        func interceptNow(_ request: EventRequest) throws -> Interception? {
            guard !waits else { return nil }
            recorder.note("in \(name) \(try request.argument()?.serialized ?? "-")")
            return .proceedThen { result in
                recorder.note("out \(name) \(Self.text(result))")
                return try result.get()
            }
        }

        func intercept(_ request: EventRequest, next: @Sendable () async throws -> HandlerOutput) async throws -> HandlerOutput {
            recorder.note("in \(name) \(try request.argument()?.serialized ?? "-")")
            do {
                let output = try await next()
                recorder.note("out \(name) \(Self.text(.success(output)))")
                return output
            } catch {
                recorder.note("out \(name) \(Self.text(.failure(error)))")
                throw error
            }
        }

        private static func text(_ result: Result<HandlerOutput, any Error>) -> String {
            switch result {
            case .success(.none): "none"
            case .success(.value(let value)): "value \(value)"
            case .success(.event(let name, let value)): "event \(name) \(value)"
            case .success(.stream): "stream"
            case .failure(let error as GatewayError): "error \(error.code)"
            case .failure(let error): "error \(type(of: error))"
            }
        }
    }

    /// Does with the answer what the test says.
    struct Scripted: Interceptor {
        let script: @Sendable (EventRequest) throws -> Interception?
        func interceptNow(_ request: EventRequest) throws -> Interception? { try script(request) }
    }

    struct Plain: Interceptor {}

    struct Staged: Gateway {
        static let namespace: Namespace = "/"
        var outer: [any Interceptor] = []
        var inner: [any Interceptor] = []
        var handled = Recorder()

        var stages: Stages { Stages(interceptors: outer) }

        func routes(_ on: inout Routes) {
            for route in [on("now", now), on("later", later)] { for one in inner { route.intercepted(by: one) } }
            let void = on("void") { (_: EventContext) in }
            let reply = on("reply") { (text: String, _: EventContext) in EventReply("replied", text) }
            let task = on("task") { (_: EventContext) in unsafe withUnsafeCurrentTask { unsafe $0 != nil } }
            let count = on("count") { (last: Int, _: EventContext) in Counting(to: last) }
            for one in inner {
                void.intercepted(by: one)
                reply.intercepted(by: one)
                task.intercepted(by: one)
                count.intercepted(by: one)
            }
        }

        func now(_ text: String, _ context: EventContext) throws -> String {
            handled.note("now \(text)")
            guard text != "fail" else { throw GatewayError.app("failed", "failed") }
            return text + "!"
        }

        func later(_ text: String, _ context: EventContext) async throws -> String {
            await Task.yield()
            return try now(text, context)
        }
    }

    private func with(_ gateway: Staged, _ body: (SocketIOClient) async throws -> Void) async throws {
        try await TestServer.with(PendingMount(gateway)) { server in try await body(try await server.join()) }
    }

    @Test(
        "They stand around each other in order, see the argument as it came, and the answer or the error",
        arguments: ["now", "later"], [[false, false], [true, true], [false, true], [true, false]])
    func order(_ event: String, _ waits: [Bool]) async throws {
        let recorder = Recorder()
        let gateway = Staged(
            outer: [Noting(name: "a", recorder: recorder, waits: waits[0])], inner: [Noting(name: "b", recorder: recorder, waits: waits[1])]
        )
        try await with(gateway) { client async throws in
            #expect(try await client.emitWithAck(event, ["x"]) == ["x!"])
            #expect(try await client.emitWithAck(event, ["fail"]).first?["code"] == "app.failed")
            #expect(try await client.emitWithAck(event, [1]).first?["code"] == "invalid")
        }
        #expect(
            recorder.notes == [
                "in a \"x\"", "in b \"x\"", "out b value x!", "out a value x!",
                "in a \"fail\"", "in b \"fail\"", "out b error app.failed", "out a error app.failed",
                "in a 1", "in b 1", "out b error ValidationError", "out a error ValidationError",
            ])
    }

    @Test("They see answers of every kind", arguments: [false, true])
    func kinds(_ waits: Bool) async throws {
        let recorder = Recorder()
        try await with(Staged(inner: [Noting(name: "a", recorder: recorder, waits: waits)])) { client async throws in
            #expect(try await client.emitWithAck("void") == [])
            #expect(try await client.emitWithAck("reply", ["x"]) == [])
            #expect(try await client.event("replied") == ["x"])
            #expect(try await client.emitWithAck("count", [2]) == [1])
            #expect(try await client.event("count") == [2])
        }
        #expect(recorder.notes == ["in a -", "out a none", "in a \"x\"", "out a event replied x", "in a 2", "out a stream"])
    }

    @Test("One may answer instead of the handler, and throw instead of it", arguments: ["now", "later"])
    func instead(_ event: String) async throws {
        let gateway = Staged(outer: [
            Scripted { request in
                switch try request.argument()?.stringValue {
                case "cached": .answer(.value("from the cache"))
                case "event": .answer(.event("said", 1))
                case "nothing": .answer(.none)
                case "refused": throw GatewayError.app("closed", "closed")
                default: .proceed
                }
            }
        ])
        try await with(gateway) { client async throws in
            #expect(try await client.emitWithAck(event, ["cached"]) == ["from the cache"])
            #expect(try await client.emitWithAck(event, ["event"]) == [])
            #expect(try await client.event("said") == [1])
            #expect(try await client.emitWithAck(event, ["nothing"]) == [])
            #expect(try await client.emitWithAck(event, ["refused"]).first?["code"] == "app.closed")
            #expect(try await client.emitWithAck(event, ["x"]) == ["x!"])
        }
        #expect(gateway.handled.notes == ["now x"])
    }

    @Test("One may change the answer, make one of an error, and an error of an answer", arguments: ["now", "later"])
    func changes(_ event: String) async throws {
        let gateway = Staged(outer: [
            Scripted { _ in
                .proceedThen { result in
                    switch result {
                    case .success(.value(let value as String)) where value == "bad!": throw GatewayError.app("vetoed", value)
                    case .success(.value(let value as String)): .value(["data": value])
                    case .success(let output): output
                    case .failure: .value("saved")
                    }
                }
            }
        ])
        try await with(gateway) { client async throws in
            #expect(try await client.emitWithAck(event, ["x"]) == [["data": "x!"]])
            #expect(try await client.emitWithAck(event, ["fail"]) == ["saved"])
            #expect(try await client.emitWithAck(event, ["bad"]).first?["code"] == "app.vetoed")
        }
    }

    @Test("The form that does not wait costs a handler that does not no task; one without a form of its own goes on")
    func tasks() async throws {
        let recorder = Recorder()
        for (interceptors, isTask) in [
            ([], false), ([Noting(name: "a", recorder: recorder)], false), ([Noting(name: "a", recorder: recorder, waits: true)], true),
            ([Scripted { _ in .proceed }, Noting(name: "a", recorder: recorder)], false), ([Plain()], true),
        ] as [([any Interceptor], Bool)] {
            try await with(Staged(inner: interceptors)) { client async throws in
                #expect(try await client.emitWithAck("task") == [.bool(isTask)])
            }
        }
    }
}
