import GatehouseNetwork
import NIOConcurrencyHelpers

/// How a connection is taken.
enum ConnectionAdmission: Sendable, Hashable {
    /// - Parameter place: among those that are not authenticated.
    case welcome(place: UnauthenticatedShare.Place)
    /// Counted like any other, and refused once it asks for something.
    case refused(ConnectionShortage)
    /// Beyond what its address may have: counted for that address alone, so that one address never uses up the share of the others.
    case beyondAddress
    /// Far beyond that: not even answered. Not counted.
    case turnedAway
}

/// How a session is taken. A refused one is not counted.
enum SessionAdmission: Sendable, Hashable {
    /// - Parameter place: of a session without a connection, among those that are not authenticated.
    case welcome(place: UnauthenticatedShare.Place?)
    case refused(ConnectionShortage)
}

/// Counts connections and sessions of the whole node, shared by its event loops (SEC-23). A count is taken once and given back once.
final class ConnectionLedger: Sendable {
    private struct Counts {
        var connections = 0
        var unauthenticated = UnauthenticatedShare()
        var connectionsOf: [AddressKey: Int] = [:]
        var sessionsOf: [AddressKey: Int] = [:]
    }

    private let limits: ConnectionLimits
    private let counts = NIOLockedValueBox(Counts())

    init(limits: ConnectionLimits) {
        self.limits = limits
    }

    /// Connections and unauthenticated entries counted now.
    var totals: (connections: Int, unauthenticated: Int) {
        counts.withLockedValue { ($0.connections, $0.unauthenticated.count) }
    }

    /// The limit that the node has reached; nil while newcomers are let in.
    var shortage: ConnectionShortage? {
        if let limit = limits.node, totals.connections >= limit { return .node }
        if let limit = limits.unauthenticated, limit <= 0 { return .unauthenticated }
        return nil
    }

    /// Counts a TCP connection.
    /// - Parameters:
    ///   - address: nil when the peer is a trusted proxy, whose connections belong to many clients.
    ///   - hasMoved: whether it comes from another loop, which has counted it.
    ///   - leave: closes it to make room for a newcomer; called at most once, on any thread.
    func connectionOpened(_ address: AddressKey?, hasMoved: Bool = false, leave: @escaping UnauthenticatedShare.Leave)
        -> ConnectionAdmission
    {
        let (admission, oldest) = counts.withLockedValue { counts -> (ConnectionAdmission, UnauthenticatedShare.Leave?) in
            let ofAddress = address.map { counts.connectionsOf[$0, default: 0] + 1 } ?? 0
            let limit = hasMoved ? nil : limits.perAddress
            // The same number again is answered, for honest clients behind a shared address.
            if let limit, ofAddress - limit > max(limit, 1) { return (.turnedAway, nil) }
            if let address { counts.connectionsOf[address] = ofAddress }
            if let limit, ofAddress > limit { return (.beyondAddress, nil) }
            counts.connections += 1
            if !hasMoved, let limit = limits.node, counts.connections > limit { return (.refused(.node), nil) }
            guard let (place, oldest) = takePlace(&counts, besides: nil, isLetIn: hasMoved, leave) else {
                return (.refused(.unauthenticated), nil)
            }
            return (.welcome(place: place), oldest)
        }
        oldest?()
        return admission
    }

    func connectionClosed(_ address: AddressKey?, _ admission: ConnectionAdmission) {
        guard admission != .turnedAway else { return }
        counts.withLockedValue { counts in
            if let address { Self.takeOne(&counts.connectionsOf, address) }
            guard admission != .beyondAddress else { return }
            counts.connections -= 1
            if case .welcome(let place) = admission { counts.unauthenticated.giveBack(place) }
        }
    }

    /// The holder of an unauthenticated place has authenticated, or has gone.
    func authenticated(_ place: UnauthenticatedShare.Place) {
        counts.withLockedValue { $0.unauthenticated.giveBack(place) }
    }

    /// Counts a session.
    /// - Parameters:
    ///   - detached: whether it has no connection of its own (polling), and so is an unauthenticated entry itself.
    ///   - connection: the place of the connection that it is opened over, which makes no room for it.
    ///   - leave: closes it to make room for a newcomer; called at most once, on any thread.
    func sessionOpened(
        _ address: AddressKey, detached: Bool, over connection: UnauthenticatedShare.Place?, leave: @escaping UnauthenticatedShare.Leave
    ) -> SessionAdmission {
        let (admission, oldest) = counts.withLockedValue { counts -> (SessionAdmission, UnauthenticatedShare.Leave?) in
            if let limit = limits.perAddress, counts.sessionsOf[address, default: 0] >= limit { return (.refused(.address), nil) }
            var taken: (place: UnauthenticatedShare.Place, oldest: UnauthenticatedShare.Leave?)?
            if detached {
                taken = takePlace(&counts, besides: connection, isLetIn: false, leave)
                guard taken != nil else { return (.refused(.unauthenticated), nil) }
            }
            counts.sessionsOf[address, default: 0] += 1
            return (.welcome(place: taken?.place), taken?.oldest)
        }
        oldest?()
        return admission
    }

    func sessionClosed(_ address: AddressKey) {
        counts.withLockedValue { Self.takeOne(&$0.sessionsOf, address) }
    }

    /// - Returns: the place, and how to close the one that made room for it; `nil` if there is none.
    private func takePlace(
        _ counts: inout Counts, besides own: UnauthenticatedShare.Place?, isLetIn: Bool, _ leave: @escaping UnauthenticatedShare.Leave
    ) -> (UnauthenticatedShare.Place, UnauthenticatedShare.Leave?)? {
        var oldest: UnauthenticatedShare.Leave?
        if !isLetIn, let limit = limits.unauthenticated, counts.unauthenticated.count >= limit {
            oldest = counts.unauthenticated.makeRoom(for: own)
            guard oldest != nil else { return nil }
        }
        return (counts.unauthenticated.take(leave), oldest)
    }

    private static func takeOne(_ counts: inout [AddressKey: Int], _ address: AddressKey) {
        guard let count = counts[address] else { return }
        counts[address] = count > 1 ? count - 1 : nil
    }
}
