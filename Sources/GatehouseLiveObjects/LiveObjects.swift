import Synchronization

/// How many objects of each kind there are on one event loop, from their making to their end: an object that something still holds is
/// counted, whether a table knows of it or not. So leaks of departed clients show.
///
/// One for each event loop of a server, so that no two loops write to the same place. Objects may end on any thread, also after their loop.
package final class LiveObjects: Sendable {
    /// What is counted.
    package enum Kind: String, CaseIterable, Sendable {
        /// TCP connections that were accepted.
        case connections
        /// Connections and listeners' connections with TLS state of their own.
        case tlsConnections
        /// Engine.IO sessions.
        case sessions
        /// Clients in a namespace, as the protocol sees them.
        case sockets
        /// Clients in a namespace, as an application sees and may keep them.
        case clients
        /// Rooms with somebody in them.
        case rooms
        /// Deadlines and timers that are waited for.
        case timers
        /// Handlers and hooks that have suspended, timers that run, and answers that are being gathered.
        case tasks
    }

    private let connections = Atomic<Int>(0)
    private let tlsConnections = Atomic<Int>(0)
    private let sessions = Atomic<Int>(0)
    private let sockets = Atomic<Int>(0)
    private let clients = Atomic<Int>(0)
    private let rooms = Atomic<Int>(0)
    private let timers = Atomic<Int>(0)
    private let tasks = Atomic<Int>(0)

    package init() {}

    /// Counts one more.
    package func add(_ kind: Kind) { add(1, kind) }

    /// Counts so many more, or fewer.
    package func add(_ amount: Int, _ kind: Kind) {
        switch kind {
        case .connections: connections.add(amount, ordering: .relaxed)
        case .tlsConnections: tlsConnections.add(amount, ordering: .relaxed)
        case .sessions: sessions.add(amount, ordering: .relaxed)
        case .sockets: sockets.add(amount, ordering: .relaxed)
        case .clients: clients.add(amount, ordering: .relaxed)
        case .rooms: rooms.add(amount, ordering: .relaxed)
        case .timers: timers.add(amount, ordering: .relaxed)
        case .tasks: tasks.add(amount, ordering: .relaxed)
        }
    }

    /// How many there are now.
    package subscript(kind: Kind) -> Int {
        switch kind {
        case .connections: connections.load(ordering: .relaxed)
        case .tlsConnections: tlsConnections.load(ordering: .relaxed)
        case .sessions: sessions.load(ordering: .relaxed)
        case .sockets: sockets.load(ordering: .relaxed)
        case .clients: clients.load(ordering: .relaxed)
        case .rooms: rooms.load(ordering: .relaxed)
        case .timers: timers.load(ordering: .relaxed)
        case .tasks: tasks.load(ordering: .relaxed)
        }
    }
}
