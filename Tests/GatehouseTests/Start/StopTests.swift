import GatehouseLiveObjects
import GatehousePolicy
import GatehouseTestSupport
import GatehouseTesting
import SocketIO
import Testing

@testable import Gatehouse

@Suite("A server that has stopped")
struct StopTests {
    @Test("REL-23: a handle that outlives its server reaches nobody and asks no event loop that is gone")
    func handle() async throws {
        let fixture = try StartFixture()
        defer { fixture.directory.remove() }
        let running = try await fixture.application.start()
        let everyone = running.handle.of("/")
        try await running.stopLeavingNothing()
        #expect(try await everyone.fetchSockets().isEmpty)
        try await everyone.disconnectSockets()
        try everyone.emit("late", "x")
    }

    @Test("API-01: a handler may close the server: clients are told, and run() returns", .timeLimit(.minutes(1)))
    func closedByHandler() async throws {
        let fixture = try StartFixture()
        defer { fixture.directory.remove() }
        let gateway = ScriptGateway<Root>(now: { step, context in
            context.client.server.close()
            context.client.server.close()
            return step.value
        })
        let (started, start) = AsyncStream.makeStream(of: RunningServer.self)
        async let run: Void = fixture.application(gateway).onStart { start.yield($0) }.run()
        let server = try await started.next()
        let client = try await fixture.connect(server)
        try await client.join("/", auth: try fixture.auth())
        async let notice = client.event("system.closed")
        #expect(try await client.emitWithAck("now", [["value": 1]]) == [1])
        #expect(try await notice.first?["code"] == "shutdown")
        try await run
    }

    @Test("API-01: a server started without run() stops when its handle is closed, once, whoever asks besides", .timeLimit(.minutes(1)))
    func closedByHandle() async throws {
        let fixture = try StartFixture()
        defer { fixture.directory.remove() }
        let running = try await fixture.application.start()
        let client = try await fixture.connect(running)
        running.handle.close()
        #expect(try await client.closed().code == 4000)
        async let first: Void = running.stop()
        async let second: Void = running.stop()
        _ = try await (first, second)
        running.handle.close()
        let stops = try fixture.directory.auditRecords().filter { $0["event"]?.stringValue == "node.stopping" }
        #expect(stops.count == 1)
    }

    @Test("REL-23, REL-25: a handler and a hook that outlive their server end, and reach nobody", .timeLimit(.minutes(1)))
    func outlived() async throws {
        let fixture = try StartFixture()
        defer { fixture.directory.remove() }
        let (recorder, latch) = (Recorder(), Latch())
        let gateway = ScriptGateway<Root>(
            later: { step, context in
                recorder.note("begun")
                await latch.wait()
                try context.everyone.emit("late", "x")
                context.client.disconnect()
                let isIn = try? await context.client.leave("room")
                recorder.note("handler \(Task.isCancelled) \(isIn == false)")
                return step.value
            },
            connected: { client in
                guard client.principal.subject == "bob" else { return }
                await latch.wait()
                recorder.note("hook")
            })
        let running = try await fixture.start(gateway)
        let (alice, bob) = (try await fixture.connect(running), try await fixture.connect(running))
        try await alice.join("/", auth: try fixture.auth())
        try await bob.join("/", auth: try fixture.auth("bob"))
        try await alice.emit("later", [["value": 1]])
        try await eventually { recorder.notes == ["begun"] }
        try await running.stop()
        latch.open()
        try await eventually { recorder.notes.count == 3 }
        #expect(Set(recorder.notes) == ["begun", "hook", "handler true true"])
        let left = await LiveCounts.leftovers { running.live }
        #expect(left.isEmpty)
    }

    /// Says when it is called.
    struct Telling: Gateway {
        struct Unwilling: Error {}

        static let namespace: Namespace = "/"
        let recorder: Recorder
        var name = "one"
        var isWilling = true

        func routes(_ on: inout Routes) {}

        func willStart(_ server: ServerHandle) async throws {
            #expect(try await server.of("/").fetchSockets().isEmpty)
            recorder.note("\(name) starts")
            if !isWilling { throw Unwilling() }
        }

        func didStop() async { recorder.note("\(name) stopped") }
    }

    @Test("gateways are told before the first client and after the last, and in reverse at the end")
    func hooks() async throws {
        let recorder = Recorder()
        let fixture = try StartFixture()
        defer { fixture.directory.remove() }
        let application = fixture.application.mount(Telling(recorder: recorder)).mount(Telling(recorder: recorder, name: "two"))
            .onStart { _ in recorder.note("first") }.onStart { _ in recorder.note("second") }
        let server = try await application.start()
        let client = try await fixture.connect(server)
        try await client.join("/", auth: try fixture.auth())
        #expect(recorder.notes == ["one starts", "two starts", "first", "second"])
        try await server.stopLeavingNothing()
        #expect(recorder.notes.dropFirst(4) == ["two stopped", "one stopped"])
    }

    @Test("a gateway that does not start keeps the server from starting; what had started is told")
    func unwilling() async throws {
        let recorder = Recorder()
        let fixture = try StartFixture()
        defer { fixture.directory.remove() }
        let application = fixture.application.mount(Telling(recorder: recorder))
            .mount(Telling(recorder: recorder, name: "two", isWilling: false)).mount(Telling(recorder: recorder, name: "three"))
        let error = await #expect(throws: StartError.self) { try await application.start() }
        #expect(error?.code == .gateway && error?.cause is Telling.Unwilling)
        #expect(recorder.notes == ["one starts", "two starts", "two stopped", "one stopped"])
    }
}
