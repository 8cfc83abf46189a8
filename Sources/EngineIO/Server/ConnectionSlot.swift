/// One TCP connection's place in the ledger, whichever handler has the connection now.
final class ConnectionSlot {
    private let ledger: ConnectionLedger
    /// The other end's address; nil where there is none.
    let peer: String?
    /// The same, by which connections are counted; nil when the peer is a trusted proxy.
    let address: String?
    let admission: ConnectionAdmission
    private var isAuthenticated = false
    private var isReleased = false

    /// Counts the connection.
    /// - Parameters:
    ///   - address: nil when the peer is a trusted proxy.
    ///   - hasMoved: whether it comes from another loop.
    init(ledger: ConnectionLedger, peer: String?, address: String?, hasMoved: Bool) {
        self.ledger = ledger
        self.peer = peer
        self.address = address
        admission = ledger.connectionOpened(address, hasMoved: hasMoved)
    }

    /// What there is no room for; nil when it is served.
    var shortage: ConnectionShortage? {
        switch admission {
        case .welcome: nil
        case .refused(let shortage): shortage
        case .beyondAddress, .turnedAway: .address
        }
    }

    /// What it is told when it asks for something; nil when it is served.
    var refusal: EngineRefusal? { shortage?.refusal }

    func authenticate() {
        guard !isAuthenticated, !isReleased, refusal == nil else { return }
        isAuthenticated = true
        ledger.authenticated()
    }

    func release() {
        guard !isReleased else { return }
        isReleased = true
        ledger.connectionClosed(address, admission, authenticated: isAuthenticated)
    }
}

@available(*, unavailable)
extension ConnectionSlot: Sendable {}
