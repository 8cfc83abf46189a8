import GatehouseJSON
import GatehouseTesting
import Testing

@testable import Gatehouse

@Suite("Order of the stages")
struct StageOrderTests {
    /// Stages that write down when they are entered, and what a guard sees.
    struct Stage: Guard, Interceptor, Pipe, ExceptionFilter {
        let name: String
        let recorder: Recorder
        var suspends = false
        var handles = false

        func evaluateNow(_ request: EventRequest) throws -> GuardVerdict? {
            guard !suspends else { return nil }
            return try look(request)
        }

        func evaluate(_ request: EventRequest) async throws -> GuardVerdict {
            await Task.yield()
            return try look(request)
        }

        private func look(_ request: EventRequest) throws -> GuardVerdict {
            recorder.note("guard \(name) \(try request.argument()?["value"]?.stringValue ?? "?")")
            return .allow
        }

        func intercept(_ request: EventRequest, next: @Sendable () async throws -> HandlerOutput) async throws -> HandlerOutput {
            recorder.note("in \(name)")
            defer { recorder.note("out \(name)") }
            return try await next()
        }

        func transformNow(_ payload: Step, _ context: EventContext) throws -> Step? {
            recorder.note("pipe \(name)")
            guard let value = payload.value?.stringValue else { return payload }
            return Step(room: payload.room, value: .string(value + name.prefix(1)))
        }

        func reply(to error: any Error, in context: EventContext) -> ErrorReply? {
            recorder.note("filter \(name)")
            return handles ? ErrorReply(code: .app(name), message: "caught") : nil
        }
    }

    /// A gateway with stages on it and on its one route.
    struct Staged: Gateway {
        static let namespace: Namespace = "/"
        let recorder: Recorder
        var gatewayHandles = false
        var suspends = false

        var stages: Stages {
            let stage = Stage(name: "gateway", recorder: recorder, suspends: suspends, handles: gatewayHandles)
            return Stages(guards: [stage], interceptors: [stage], pipes: [stage], filters: [stage])
        }

        func routes(_ on: inout Routes) {
            let stage = Stage(name: "route", recorder: recorder)
            on("go", go).guarded(by: stage).intercepted(by: stage).piped(through: stage).filtered(by: stage)
            on("fail", fail).guarded(by: stage).intercepted(by: stage).piped(through: stage).filtered(by: stage)
        }

        func go(_ step: Step, _ context: EventContext) throws -> String {
            recorder.note("handler \(step.value?.stringValue ?? "?")")
            return "done"
        }

        func fail(_ step: Step, _ context: EventContext) throws -> String {
            recorder.note("handler")
            throw GatewayError.app("thrown", "thrown")
        }
    }

    private func run(
        suspends: Bool = false, globalHandles: Bool = true, gatewayHandles: Bool = false, _ event: String
    ) async throws -> (notes: [String], ack: JSONValue?) {
        let recorder = Recorder()
        var ack: JSONValue?
        let global = Stage(name: "all", recorder: recorder, handles: globalHandles)
        try await TestServer.with(
            PendingMount(Staged(recorder: recorder, gatewayHandles: gatewayHandles, suspends: suspends)),
            configure: { $0.stages = Stages(guards: [global], interceptors: [global], pipes: [global], filters: [global]) }
        ) { server in
            let client = try await server.join()
            ack = try await client.emitWithAck(event, [["value": "v"]]).first
        }
        return (recorder.notes, ack)
    }

    static let order = [
        "guard all v", "guard gateway v", "guard route v", "in all", "in gateway", "in route", "pipe all", "pipe gateway", "pipe route",
        "handler vagr", "out route", "out gateway", "out all",
    ]

    @Test(
        "GW-01: guards on raw data, interceptors, pipes, handler, interceptors reversed; global, gateway, route", arguments: [false, true])
    func order(_ suspends: Bool) async throws {
        let (notes, ack) = try await run(suspends: suspends, "go")
        var seen = notes
        // A guard that suspends makes its stages be asked once more from the first: only the last asking counts.
        if suspends, seen.first == seen.dropFirst().first { seen.removeFirst() }
        #expect(seen == Self.order)
        #expect(ack == "done")
    }

    @Test("GW-01: a throw goes to one filter, nearest first: route, gateway, global")
    func filters() async throws {
        let (global, globalAck) = try await run("fail")
        #expect(global.filter { $0.hasPrefix("filter") } == ["filter route", "filter gateway", "filter all"])
        #expect(globalAck?["code"] == "app.all")
        let (near, nearAck) = try await run(gatewayHandles: true, "fail")
        #expect(near.filter { $0.hasPrefix("filter") } == ["filter route", "filter gateway"])
        #expect(nearAck?["code"] == "app.gateway")
        let (_, ownAck) = try await run(globalHandles: false, "fail")
        #expect(ownAck?["code"] == "app.thrown")
    }
}
