import EngineIO
import GatehouseJSON
import GatehouseTestSupport
import GatehouseTesting
import InMemoryTracing
import Logging
import NIOConcurrencyHelpers
import NIOCore
import Testing
import Tracing

@testable import Gatehouse

@Suite("Interceptors that are shipped")
struct ShippedInterceptorTests {
    private static let failing: @Sendable (Step, EventContext) async throws -> JSONValue? = { _, _ in
        await Task.yield()
        throw GatewayError(.conflict, "private words")
    }

    @Test("MDL-32: a line tells what was handled, by whom, how long it took and how it ended, and nothing of the payload")
    func logging() async throws {
        let lines = LogLines()
        let gateway = ScriptGateway<Root>(later: Self.failing)
        try await TestServer.with(
            PendingMount(gateway),
            configure: {
                $0.stages = Stages(interceptors: [.logging(to: lines.logger)])
            }
        ) { server in
            let client = try await server.join("alice")
            try await client.emitWithAck("now", [["value": "a secret"]])
            try await client.emitWithAck("later", [["value": "a secret"]])
            try await client.emitWithAck("now", ["a secret"])
        }
        let said = lines.all.filter { $0.contains("an event was handled") }
        #expect(said.count == 3)
        for (line, words) in zip(
            said, [["event=now", "outcome=ok"], ["event=later", "outcome=conflict"], ["event=now", "outcome=invalid"]])
        {
            #expect(line.hasPrefix("info "))
            for word in words + ["namespace=/", "user=corp:alice", "ms=0.0"] { #expect(line.contains(word), "\(word): \(line)") }
            #expect(!line.contains("secret") && !line.contains("private words"), "\(line)")
        }
    }

    @Test("MDL-32: a level that the log does not keep costs no line")
    func quiet() async throws {
        let lines = LogLines()
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()),
            configure: {
                $0.stages = Stages(interceptors: [.logging(.debug)])
                $0.logger = lines.logger
            }
        ) { server in
            let client = try await server.join()
            #expect(try await client.emitWithAck("now", [["value": 1]]) == [1])
        }
        #expect(!lines.all.contains { $0.contains("an event was handled") })
    }

    @Test("MDL-32: times of handlers are in the metrics by event and outcome, of a pattern's namespaces under the pattern")
    func timing() async throws {
        let clock = NIOLockedValueBox<TestClock?>(nil)
        let gateway = ScriptGateway<Tenants>(
            now: { step, _ in
                clock.withLockedValue { $0 }?.advance(.milliseconds(3))
                return step.value
            }, later: Self.failing)
        try await TestServer.with(
            PendingMount(gateway),
            configure: {
                $0.policies = TestPolicies().allowing("/tenant/*")
                $0.stages = Stages(interceptors: [.timing])
            }
        ) { server in
            #expect(server.runtime.handlerTimes.metrics.isEmpty)
            clock.withLockedValue { $0 = server.clock }
            for tenant in ["/tenant/a", "/tenant/b"] {
                let client = try await server.join(in: tenant)
                try await client.emitWithAck("now", [[:]], in: tenant)
                try await client.emitWithAck("later", [[:]], in: tenant)
            }
            let text = MetricsText.of(try await Metric.all(of: server.runtime, server.engine))
            let now = "namespace=\"/tenant/*\",event=\"now\",outcome=\"ok\""
            for line in [
                "# TYPE gatehouse_handler_seconds histogram", "gatehouse_handler_seconds_bucket{\(now),le=\"0.001\"} 0",
                "gatehouse_handler_seconds_bucket{\(now),le=\"0.005\"} 2", "gatehouse_handler_seconds_bucket{\(now),le=\"+Inf\"} 2",
                "gatehouse_handler_seconds_sum{\(now)} 0.006", "gatehouse_handler_seconds_count{\(now)} 2",
                "gatehouse_handler_seconds_count{namespace=\"/tenant/*\",event=\"later\",outcome=\"conflict\"} 2",
            ] { #expect(text.contains(line + "\n"), "\(line)") }
            #expect(!text.contains("/tenant/a"))
        }
    }

    @Test("SEC-A: outcomes of an application's own do not fill the memory")
    func manyOutcomes() {
        let times = HandlerTimes()
        for number in 0..<5_000 { times.note(.init(namespace: "/", event: "e", outcome: "app.\(number)"), .milliseconds(1)) }
        let counts = times.metrics.flatMap(\.samples).filter { $0.suffix == "_count" }
        #expect(counts.count == 4_097)
        #expect(counts.first { $0.labels.last?.value == "other" }?.value == .count(5_000 - 4_096 as UInt64))
    }

    @Test("MDL-32: an event is a span of the trace that the handshake names, what the handler does is within, and an error is its code")
    func tracing() async throws {
        let tracer = InMemoryTracer()
        let gateway = ScriptGateway<Root>(
            now: { _, _ in
                tracer.startSpan("inner").end()
                return nil
            }, later: Self.failing)
        let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        try await TestServer.with(
            PendingMount(gateway), configure: { $0.stages = Stages(interceptors: [.tracing(by: tracer)]) }
        ) { server in
            let client = try await server.connect(
                headers: [
                    (InMemoryTracer.traceIDKey, "trace-of-the-page"), (InMemoryTracer.spanIDKey, "span-of-the-page"),
                    ("traceparent", parent),
                    ("Cookie", "session=1"),
                ])
            try await client.join("/", auth: server.auth())
            try await client.emitWithAck("now", [[:]])
            try await client.emitWithAck("later", [[:]])
        }
        let spans = tracer.popFinishedSpans()
        #expect(spans.map(\.operationName) == ["inner", "/ now", "/ later"])
        let now = try #require(spans.first { $0.operationName == "/ now" })
        #expect(now.spanContext.traceID == "trace-of-the-page" && now.spanContext.parentSpanID == "span-of-the-page")
        #expect(now.kind == .server && now.attributes.get("rpc.method") == .string("now") && now.status == nil)
        #expect(spans.first?.spanContext.parentSpanID == now.spanContext.spanID)
        let later = try #require(spans.last)
        #expect(later.status == SpanStatus(code: .error, message: "conflict") && later.errors.isEmpty)
        #expect(later.attributes.get("error.type") == .string("conflict"))
        let carrier = try #require(tracer.performedContextExtractions.first?.carrier as? HandshakeCarrier)
        #expect(HandshakeExtractor().extract(key: "traceparent", from: carrier) == parent)
        #expect(HandshakeExtractor().extract(key: "Traceparent", from: carrier) == parent)
        #expect(HandshakeExtractor().extract(key: "cookie", from: carrier) == nil)
    }

    @Test("MDL-32: where nobody traces an event goes on at once")
    func noTracer() async throws {
        struct Watched: Interceptor {
            let notes: Recorder

            func interceptNow(_ request: EventRequest) throws -> Interception? {
                if case .proceed = try TracingInterceptor(tracer: nil).interceptNow(request) { notes.note("goes on") }
                return .proceed
            }
        }
        let notes = Recorder()
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()), configure: { $0.stages = Stages(interceptors: [Watched(notes: notes)]) }
        ) { server in
            let client = try await server.join()
            try await client.emitWithAck("now", [[:]])
        }
        #expect(notes.notes == ["goes on"])
    }
}
