import NIOConcurrencyHelpers

/// Counts connections and sessions of the whole node, shared by its event loops (SEC-23). A count is taken once and given back once.
final class ConnectionLedger: Sendable {
    private struct Counts {
        var connections = 0
        var unauthenticated = 0
        var connectionsOf: [String: Int] = [:]
        var sessionsOf: [String: Int] = [:]
    }

    private let limits: ConnectionLimits
    private let counts = NIOLockedValueBox(Counts())

    init(limits: ConnectionLimits) {
        self.limits = limits
    }

    /// Connections and unauthenticated entries counted now.
    var totals: (connections: Int, unauthenticated: Int) {
        counts.withLockedValue { ($0.connections, $0.unauthenticated) }
    }

    /// Counts a TCP connection; nil when it is within the limits. It is counted either way, so that its end is always taken off.
    /// - Parameter address: nil when the peer is a trusted proxy, whose connections belong to many clients.
    func connectionOpened(_ address: String?) -> EngineRefusal? {
        counts.withLockedValue { counts in
            counts.connections += 1
            counts.unauthenticated += 1
            if let address { counts.connectionsOf[address, default: 0] += 1 }
            if let limit = limits.node, counts.connections > limit { return .overloaded }
            if let limit = limits.perAddress, let address, counts.connectionsOf[address, default: 0] > limit { return .tooManyConnections }
            if let limit = limits.unauthenticated, counts.unauthenticated > limit { return .overloaded }
            return nil
        }
    }

    func connectionClosed(_ address: String?, authenticated: Bool) {
        counts.withLockedValue { counts in
            counts.connections -= 1
            if !authenticated { counts.unauthenticated -= 1 }
            if let address { Self.takeOne(&counts.connectionsOf, address) }
        }
    }

    /// A connection or polling session proved who it is.
    func authenticated() {
        counts.withLockedValue { $0.unauthenticated -= 1 }
    }

    /// Counts a session. Unlike a connection, a refused one is not counted.
    /// - Parameter detached: whether it lives without a connection (polling), and so is an unauthenticated entry of its own.
    func sessionOpened(_ address: String, detached: Bool) -> EngineRefusal? {
        counts.withLockedValue { counts in
            if let limit = limits.perAddress, counts.sessionsOf[address, default: 0] >= limit { return .tooManyConnections }
            if detached {
                if let limit = limits.unauthenticated, counts.unauthenticated >= limit { return .overloaded }
                counts.unauthenticated += 1
            }
            counts.sessionsOf[address, default: 0] += 1
            return nil
        }
    }

    func sessionClosed(_ address: String) {
        counts.withLockedValue { Self.takeOne(&$0.sessionsOf, address) }
    }

    private static func takeOne(_ counts: inout [String: Int], _ address: String) {
        guard let count = counts[address] else { return }
        counts[address] = count > 1 ? count - 1 : nil
    }
}
