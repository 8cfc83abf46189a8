import GatehouseJSON
import GatehouseTestSupport
import GatehouseTesting
import NIOCore
import SocketIO
import Testing

@testable import Gatehouse

@Suite("Handlers that take too long")
struct TimeoutTests {
    private func hanging(_ body: (TestServer, Latch, Recorder) async throws -> Void) async throws {
        let latch = Latch()
        let recorder = Recorder()
        let gateway = ScriptGateway<Root>(later: { step, _ in
            await latch.wait()
            recorder.note(Task.isCancelled ? "cancelled" : "ended")
            return step.value
        })
        try await TestServer.with(PendingMount(gateway)) { server in
            // A handler that nobody lets go would keep its client beyond the server's end.
            defer { latch.open() }
            try await body(server, latch, recorder)
        }
    }

    @Test("REL-25: a handler past its time is answered `timeout`, the next event is handled, and its late end is nobody's")
    func timesOut() async throws {
        try await hanging { server, latch, recorder in
            let client = try await server.join()
            async let hung = client.emitWithAck("later", [["value": 1]])
            try await server.eventually { try await server.runningHandlers == 1 }
            async let next = client.emitWithAck("now", [["value": 2]])
            try await server.eventually { try await server.waitingEvents == 1 }
            try await server.advance(.milliseconds(9_900))
            #expect(try await server.waitingEvents == 1)
            try await server.advance(.milliseconds(400))
            let error = try await hung.first
            #expect(error?["code"] == "timeout")
            #expect(try await server.record(of: error?["decision"]?.stringValue)?["decision"]?["rule"] == "builtin.timeout")
            #expect(try await next == [2])
            latch.open()
            #expect(try await client.emitWithAck("later", [["value": 3]]) == [3])
            try await server.eventually { recorder.notes.count >= 2 }
            #expect(recorder.notes.sorted() == ["cancelled", "ended"])
            try await client.refute("exception", within: .zero)
        }
    }

    @Test("REL-25: a client that leaves cancels what it asked for; the next client finds nothing of it")
    func leaving() async throws {
        try await hanging { server, latch, recorder in
            let client = try await server.join()
            try await client.emit("later", [["value": 1]])
            try await server.eventually { try await server.runningHandlers == 1 }
            try await client.close()
            try await server.eventually { try await server.runningHandlers == 0 }
            latch.open()
            let other = try await server.join("bob")
            #expect(try await other.emitWithAck("later", [["value": 2]]) == [2])
            #expect(recorder.notes.contains("cancelled"))
        }
    }

    @Test("REL-25: a client that leaves the namespace and stays connected cancels what it asked for there")
    func leavingNamespace() async throws {
        try await hanging { server, latch, recorder in
            let client = try await server.join()
            try await client.emit("later", [["value": 1]])
            try await server.eventually { try await server.runningHandlers == 1 }
            try await client.leave("/")
            try await server.eventually { try await server.runningHandlers == 0 }
            #expect(try await server.unfinished == 1)
            latch.open()
            try await server.eventually { try await server.unfinished == 0 }
            #expect(recorder.notes == ["cancelled"])
        }
    }

    @Test("REL-25: a connection that leaves and joins to start ever more handlers is refused at a limit, and free when they have ended")
    func manyHandlers() async throws {
        try await hanging { server, latch, recorder in
            let client = try await server.connect()
            let auth = try server.auth()
            let limit = SocketIOLimits().namespacesPerConnection + 64
            for _ in 0..<limit {
                try await client.join("/", auth: auth)
                try await client.emit("later", [[:]])
                try await client.leave("/")
            }
            try await server.eventually { try await server.unfinished == limit }
            let refusal = await #expect(throws: ConnectRefused.self) { try await client.join("/", auth: auth) }
            #expect(refusal?.code == "limit")
            #expect(try await server.record(of: refusal?.decision)?["decision"]?["reason"] == "unfinished_handlers")
            latch.open()
            try await server.eventually { try await server.unfinished == 0 }
            try await client.join("/", auth: auth)
            #expect(try await client.emitWithAck("later", [["value": 1]]) == [1])
        }
    }

    @Test("REL-25: handlers that do not heed their deadline use up what a connection may have at work, too")
    func deafHandlers() async throws {
        try await hanging { server, latch, recorder in
            let client = try await server.join()
            for _ in 0..<SocketIOLimits().namespacesPerConnection + 64 {
                try await client.emit("later", [[:]])
                try await server.eventually { try await server.runningHandlers == 1 }
                try await server.advance(.milliseconds(10_300))
            }
            let refused = try await client.emitWithAck("later", [[:]]).first
            #expect(refused?["code"] == "limit")
            #expect(try await server.record(of: refused?["decision"]?.stringValue)?["decision"]?["rule"] == "builtin.handlers")
            #expect(try await client.emitWithAck("now", [["value": 1]]) == [1])
            latch.open()
            try await server.eventually { try await server.unfinished == 0 }
            #expect(try await client.emitWithAck("later", [["value": 2]]) == [2])
        }
    }

    @Test("REL-25: a hook that hangs is cancelled when its time is up, be its connection there or not; then the client is served")
    func hangingHooks() async throws {
        let recorder = Recorder()
        @Sendable func hang(_ name: String) async {
            recorder.note(name)
            let (stream, continuation) = AsyncStream<Void>.makeStream()
            for await _ in stream {}
            recorder.note(Task.isCancelled ? "\(name) cancelled" : "\(name) ended")
            continuation.finish()
        }
        let gateway = ScriptGateway<Root>(connected: { _ in await hang("connected") }, left: { _, _ in await hang("left") })
        try await TestServer.with(PendingMount(gateway)) { server in
            let client = try await server.join()
            async let first = client.emitWithAck("now", [["value": 1]], timeout: .seconds(20))
            try await server.eventually { try await server.waitingEvents == 1 }
            try await server.advance(.milliseconds(9_900))
            #expect(try await server.unfinished == 1)
            #expect(try await server.waitingEvents == 1)
            try await server.advance(.milliseconds(400))
            #expect(try await first == [1])
            try await server.eventually { recorder.notes == ["connected", "connected cancelled"] }
            try await server.eventually { try await server.unfinished == 0 }
            #expect(try await client.emitWithAck("now", [["value": 2]]) == [2])
            try await client.close()
            try await server.eventually { recorder.notes.last == "left" }
            try await server.advance(.milliseconds(10_300))
            try await server.eventually { recorder.notes.last == "left cancelled" }
        }
    }

    @Test("REL-25: a handler that hangs while its client is put out of the namespace does not stop the connection's other namespace")
    func hangingWhilePutOut() async throws {
        let latch = Latch()
        let root = ScriptGateway<Root>(later: { _, _ in
            await latch.wait()
            return nil
        })
        try await TestServer.with(
            PendingMount(root), PendingMount(ScriptGateway<Side>()),
            configure: {
                $0.policies = TestPolicies().allowing().allowing("/side")
                $0.limits.queuedEventsPerSocket = 2
            }
        ) { server in
            defer { latch.open() }
            let client = try await server.join()
            try await client.join("/side", auth: try server.auth())
            try await client.emit("later", [[:]])
            // As many as are queued, and not one more: an event still unread when the time below has passed would be a stray one.
            for _ in 0..<2 { try await client.emit("now", [[:]]) }
            try await server.eventually { try await server.waitingEvents >= 2 }
            try await server.handle.of("/").disconnectSockets()
            try await server.advance(.seconds(11))
            #expect(try await client.emitWithAck("now", [["value": 1]], in: "/side") == [1])
        }
    }
}
