import GatehouseLiveObjects
import GatehouseNetwork
import NIOCore

/// One TCP connection's place in the ledger, whichever handler has the connection now. Bound to its event loop. The ledger does not hold it:
/// it goes with its handler, which releases it.
final class ConnectionSlot {
    private let ledger: ConnectionLedger
    private let room: RoomForNewcomer
    /// The other end's address.
    let peer: ClientAddress
    /// The address if the other end is the client itself; nil when it is a trusted proxy, whose connections belong to many clients.
    let client: ClientAddress?
    let admission: ConnectionAdmission
    private let mark: LiveMark
    private var isAuthenticated = false
    private var isReleased = false

    /// Counts the connection. On its event loop only.
    /// - Parameters:
    ///   - isProxy: whether the peer is a trusted proxy.
    ///   - hasMoved: whether it comes from another loop.
    init(ledger: ConnectionLedger, live: LiveObjects, eventLoop: any EventLoop, peer: ClientAddress, isProxy: Bool, hasMoved: Bool) {
        mark = LiveMark(live, .connections)
        self.ledger = ledger
        room = RoomForNewcomer(on: eventLoop)
        self.peer = peer
        client = isProxy ? nil : peer
        admission = ledger.connectionOpened(client?.key, hasMoved: hasMoved, leave: room.leave)
    }

    /// The present owner of the connection, which is asked to make room for a newcomer.
    func belongs(to handler: any MakesRoom) { room.belongs(to: handler) }

    /// The limit that it exceeds; nil if it is served.
    var shortage: ConnectionShortage? {
        switch admission {
        case .welcome: nil
        case .refused(let shortage): shortage
        case .beyondAddress, .turnedAway: .address
        }
    }

    /// The refusal of its requests; nil if it is served.
    var refusal: EngineRefusal? { shortage?.refusal }

    /// Its place among the unauthenticated; nil if it has none.
    var place: UnauthenticatedShare.Place? {
        if case .welcome(let place) = admission { place } else { nil }
    }

    /// Whether it has authenticated, perhaps after it was chosen to make room.
    var isWelcome: Bool { isAuthenticated }

    func authenticate() {
        guard !isAuthenticated, !isReleased, let place else { return }
        isAuthenticated = true
        ledger.authenticated(place)
    }

    func release() {
        guard !isReleased else { return }
        isReleased = true
        ledger.connectionClosed(client?.key, admission)
    }
}

@available(*, unavailable)
extension ConnectionSlot: Sendable {}
