import GatehouseJSON
import GatehouseTesting
import SocketIO
import Testing

@testable import Gatehouse

@Suite("Gateways that follow rooms")
struct RoomEventTests {
    /// Writes down what happens to rooms.
    struct Watcher<Place: TestPlace>: RoomObservingGateway {
        static var namespace: NamespacePattern { Place.namespace }
        let recorder: Recorder

        func routes(_ on: inout Routes) { on("whoami", name) }

        func name(_ context: EventContext) throws -> String { context.principal.subject ?? "" }

        func roomChanged(_ event: RoomEvent) {
            switch event {
            case .created(let room, let namespace): recorder.note("created \(room) in \(namespace)")
            case .deleted(let room, let namespace): recorder.note("deleted \(room) in \(namespace)")
            case .joined(let room, let client): recorder.note("\(client.principal.subject ?? "?") joined \(room)")
            case .left(let room, let client): recorder.note("\(client.principal.subject ?? "?") left \(room)")
            }
        }
    }

    @Test("API-05: a gateway hears of rooms that come and go, and of who is in them, on whatever event loop", arguments: [1, 2])
    func events(_ loops: Int) async throws {
        let recorder = Recorder()
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()), PendingMount(Watcher<Root>(recorder: recorder)), configure: { $0.loops = loops }
        ) { server in
            let (alice, bob) = (try await server.join("alice"), try await server.join("bob"))
            for client in [alice, bob, bob] { try await client.emitWithAck("join", [["room": "red"]]) }
            try await server.handle.of("/").socketsJoin("blue")
            #expect(recorder.notes.prefix(3) == ["created red in /", "alice joined red", "bob joined red"])
            #expect(recorder.notes.dropFirst(3).sorted() == ["alice joined blue", "bob joined blue", "created blue in /"])
            try await alice.emitWithAck("leave", [["room": "red"]])
            try await bob.leave("/")
            try await server.eventually { recorder.notes.count >= 10 }
            #expect(recorder.notes[6] == "alice left red")
            #expect(recorder.notes.dropFirst(7).sorted() == ["bob left blue", "bob left red", "deleted red in /"])
            try await alice.close()
            try await server.eventually { recorder.notes.last == "deleted blue in /" }
        }
    }

    @Test("API-05: rooms of a pattern's namespaces are told apart")
    func dynamic() async throws {
        let recorder = Recorder()
        try await TestServer.with(
            PendingMount(ScriptGateway<Tenants>()), PendingMount(Watcher<Tenants>(recorder: recorder)),
            configure: { $0.policies = TestPolicies().allowing("/tenant/*") }
        ) { server in
            let client = try await server.join(in: "/tenant/a")
            try await client.join("/tenant/b", auth: try server.auth("bob"))
            for namespace in ["/tenant/a", "/tenant/b"] { try await client.emitWithAck("join", [["room": "red"]], in: namespace) }
            try await client.leave("/tenant/a")
            try await server.eventually { recorder.notes.count == 6 }
            #expect(
                recorder.notes == [
                    "created red in /tenant/a", "alice joined red", "created red in /tenant/b", "bob joined red", "alice left red",
                    "deleted red in /tenant/a",
                ])
        }
    }
}
