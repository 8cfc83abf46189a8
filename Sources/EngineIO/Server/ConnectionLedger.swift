import NIOConcurrencyHelpers

/// How a connection is taken.
enum ConnectionAdmission: Sendable, Hashable {
    case welcome
    /// Counted like any other, and refused once it asks for something.
    case refused(ConnectionShortage)
    /// Beyond what its address may have: counted for that address alone, so that one address never uses up the share of the others.
    case beyondAddress
    /// So far beyond that it is not even answered. Not counted.
    case turnedAway
}

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

    /// What the node has no room for; nil while newcomers find theirs, as far as their address lets them.
    var shortage: ConnectionShortage? {
        let totals = totals
        if let limit = limits.node, totals.connections >= limit { return .node }
        if let limit = limits.unauthenticated, totals.unauthenticated >= limit { return .unauthenticated }
        return nil
    }

    /// Counts a TCP connection.
    /// - Parameters:
    ///   - address: nil when the peer is a trusted proxy, whose connections belong to many clients.
    ///   - hasMoved: whether it comes from another loop, which has let it in.
    func connectionOpened(_ address: String?, hasMoved: Bool = false) -> ConnectionAdmission {
        counts.withLockedValue { counts in
            let ofAddress = address.map { counts.connectionsOf[$0, default: 0] + 1 } ?? 0
            let limit = hasMoved ? nil : limits.perAddress
            // As many again are answered, for the sake of an honest client behind a shared address.
            if let limit, ofAddress - limit > max(limit, 1) { return .turnedAway }
            if let address { counts.connectionsOf[address] = ofAddress }
            if let limit, ofAddress > limit { return .beyondAddress }
            counts.connections += 1
            counts.unauthenticated += 1
            guard !hasMoved else { return .welcome }
            if let limit = limits.node, counts.connections > limit { return .refused(.node) }
            if let limit = limits.unauthenticated, counts.unauthenticated > limit { return .refused(.unauthenticated) }
            return .welcome
        }
    }

    func connectionClosed(_ address: String?, _ admission: ConnectionAdmission, authenticated: Bool) {
        guard admission != .turnedAway else { return }
        counts.withLockedValue { counts in
            if let address { Self.takeOne(&counts.connectionsOf, address) }
            guard admission != .beyondAddress else { return }
            counts.connections -= 1
            if !authenticated { counts.unauthenticated -= 1 }
        }
    }

    /// A connection or polling session proved who it is.
    func authenticated() {
        counts.withLockedValue { $0.unauthenticated -= 1 }
    }

    /// Counts a session. Unlike a connection, a refused one is not counted.
    /// - Parameter detached: whether it lives without a connection (polling), and so is an unauthenticated entry of its own.
    func sessionOpened(_ address: String, detached: Bool) -> ConnectionShortage? {
        counts.withLockedValue { counts in
            if let limit = limits.perAddress, counts.sessionsOf[address, default: 0] >= limit { return .address }
            if detached {
                if let limit = limits.unauthenticated, counts.unauthenticated >= limit { return .unauthenticated }
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
