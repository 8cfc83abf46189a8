import EngineIO
import GatehouseJSON
import GatehouseTestSupport
import GatehouseTesting
import NIOConcurrencyHelpers
import NIOCore
import Testing

@testable import Gatehouse
@testable import SocketIO

/// What an application keeps of a client that has left holds nothing of its connection.
@Suite("Kept clients", .timeLimit(.minutes(1)))
struct KeptClientTests {
    /// How a client leaves.
    enum End: CaseIterable {
        case disconnect, close, kick
    }

    @Test("A client, its context and a remote socket that are kept hold neither socket nor connection nor session", arguments: End.allCases)
    func keptClient(_ end: End) async throws {
        let (kept, latest, gone) = (Kept(), Latest(), Latch())
        let gateway = ScriptGateway<Root>(
            later: { _, context in
                latest.context = context
                return nil
            },
            connected: { kept.client = $0 },
            left: { _, _ in gone.open() })
        try await TestServer.with(.init(gateway)) { server in
            defer { latest.context = nil }
            let client = try await server.join()
            let held = try #require(kept.client)
            _ = try await client.call("later", SocketIOPayload([[:]]))
            let remote = try await server.handle.of("/").fetchSockets()
            let watched = try await Watched.all(of: server.runtime.sockets)
            #expect(try await watched.living() == ["socket", "connection", "session"])
            switch end {
            case .disconnect: try await client.leave("/")
            case .close: try await client.close()
            case .kick: held.disconnect(close: true)
            }
            await gone.wait()
            try await server.eventually { try await server.sum { _ in 1 } == (end == .disconnect ? 1 : 0) }
            if end == .disconnect {
                #expect(try await watched.living() == ["connection", "session"])
                try await client.close()
            }
            try await server.eventually { try await watched.living().isEmpty }
            #expect(try await held.rooms == [held.id.description])
            try await remote.first?.join("a")
            try latest.context?.client.emit("said", "nobody hears it")
        }
    }

    @Test("A handler that does not heed its cancellation does not hold what its client had")
    func deafHandler() async throws {
        let (started, goOn, gone) = (Latch(), Latch(), Latch())
        let gateway = ScriptGateway<Root>(
            later: { _, _ in
                started.open()
                await goOn.wait()
                return nil
            },
            left: { _, _ in gone.open() })
        try await TestServer.with(.init(gateway)) { server in
            let client = try await server.join()
            try await client.emit("later", [[:]])
            await started.wait()
            let watched = try await Watched.all(of: server.runtime.sockets)
            try await client.close()
            await gone.wait()
            try await server.eventually { try await watched.living().isEmpty }
            goOn.open()
        }
    }

    @Test("What the application keeps with a client, be it the client itself, ends after its last hook")
    func dataHoldsItsClient() async throws {
        final class Keeper: ClientData {
            let client = NIOLockedValueBox<Client?>(nil)
        }
        let (watched, atEnd, gone) = (WeakBox(), Recorder(), Latch())
        let gateway = ScriptGateway<Root>(
            connected: { client in
                client[Keeper.self].client.withLockedValue { $0 = client }
                watched.value = client
            },
            left: { client, _ in
                atEnd.note("\(client[Keeper.self].client.withLockedValue { $0 === client })")
                gone.open()
            })
        try await TestServer.with(.init(gateway)) { server in
            let client = try await server.join()
            #expect(watched.value?[Keeper.self].client.withLockedValue { $0 != nil } == true)
            try await client.close()
            await gone.wait()
            try await server.eventually { watched.value == nil }
            #expect(atEnd.notes == ["true"])
        }
    }
}

/// A client, for as long as something else keeps it.
private final class WeakBox: Sendable {
    private struct Weak { weak var client: Client? }
    private let box = NIOLockedValueBox(Weak())

    var value: Client? {
        get { box.withLockedValue { $0.client } }
        set { box.withLockedValue { $0.client = newValue } }
    }
}

/// The objects of one connection, for as long as something else keeps them. Bound to its event loop.
private final class Watched {
    private weak var socket: Socket?
    private weak var connection: SocketIOConnection?
    private weak var session: EngineSession?

    /// A reference for the test.
    struct Handle: Sendable {
        let eventLoop: any EventLoop
        let bound: NIOLoopBound<Watched>

        func living() async throws -> [String] {
            try await eventLoop.submit {
                let watched = bound.value
                let there: [(String, AnyObject?)] = [
                    ("socket", watched.socket), ("connection", watched.connection), ("session", watched.session),
                ]
                return there.filter { $0.1 != nil }.map(\.0)
            }.get()
        }
    }

    init(_ connection: SocketIOConnection?) {
        self.connection = connection
        socket = connection?.sockets.first
        session = connection?.session
    }

    /// Of a server with one event loop and one connection.
    static func all(of server: SocketIOServer) async throws -> Handle {
        let loop = try #require(server.allLoops.first)
        return try await loop.submit { loop in
            Handle(
                eventLoop: loop.eventLoop, bound: NIOLoopBound(Watched(loop.connections.first), eventLoop: loop.eventLoop))
        }
    }
}
