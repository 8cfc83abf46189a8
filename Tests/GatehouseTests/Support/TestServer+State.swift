import EngineIO
import GatehouseTestSupport
import NIOCore
import Testing

@testable import Gatehouse
@testable import SocketIO

/// What a test looks at inside the server, where the wire does not show it.
extension TestServer {
    /// Asks until it is so. The event loops go on meanwhile.
    func eventually(_ condition: () async throws -> Bool) async throws {
        try await GatehouseTestSupport.eventually { try await condition() }
    }

    /// Waits until a GET waits for packets. For a server with one event loop.
    func pollIsParked() async throws {
        try await eventually { try await engine.onEachLoop { $0.parkedPolls } == [1] }
    }

    /// Adds up what each connection says.
    func sum(_ count: @escaping @Sendable (SocketIOConnection) -> Int) async throws -> Int {
        var total = 0
        for loop in runtime.sockets.allLoops { total += try await loop.submit { $0.connections.reduce(0) { $0 + count($1) } } }
        return total
    }

    /// Acks that clients owe.
    var pendingAcks: Int {
        get async throws { try await sum { $0.sockets.reduce(0) { $0 + $1.pendingAcks.count } } }
    }

    /// Events that wait for an earlier one's handler.
    var waitingEvents: Int {
        get async throws { try await sum { $0.sockets.reduce(0) { $0 + $1.mailbox.count } } }
    }

    /// Whether some connection has attachments due by now + 10 s.
    var isAssembling: Bool {
        get async throws {
            try await sum { connection in
                guard let deadline = connection.nextDeadline else { return 0 }
                return deadline <= connection.loop.now + .seconds(10) ? 1 : 0
            } > 0
        }
    }

    /// Handlers and guards that have suspended.
    var runningHandlers: Int {
        get async throws { try await sum { $0.connectionState?.running.count ?? 0 } }
    }

    /// Handlers and hooks whose tasks have not ended, of connections that are open.
    var unfinished: Int {
        get async throws { try await sum { $0.connectionState?.unfinished ?? 0 } }
    }

    /// When each client's token ends, in milliseconds since 1970; `nil` for one that has no end.
    var tokenEnds: [Int64?] {
        get async throws {
            var ends: [Int64?] = []
            for loop in runtime.sockets.allLoops {
                ends += try await loop.submit { $0.connections.flatMap { $0.sockets.map { $0.clientState?.tokenEnd } } }
            }
            return ends
        }
    }

    /// Bytes that wait for clients.
    var queuedBytes: Int {
        get async throws { try await sum { $0.session.queuedBytes } }
    }
}
