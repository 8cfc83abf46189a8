/// One TCP connection's place in the ledger, whichever handler has the connection now.
final class ConnectionSlot {
    private let ledger: ConnectionLedger
    /// The other end's address; nil where there is none.
    let peer: String?
    /// The same, by which connections are counted; nil when the peer is a trusted proxy.
    let address: String?
    private var isAuthenticated = false
    private var isReleased = false

    /// - Parameter address: nil when the peer is a trusted proxy.
    init(ledger: ConnectionLedger, peer: String?, address: String?) {
        self.ledger = ledger
        self.peer = peer
        self.address = address
    }

    func authenticate() {
        guard !isAuthenticated, !isReleased else { return }
        isAuthenticated = true
        ledger.authenticated()
    }

    func release() {
        guard !isReleased else { return }
        isReleased = true
        ledger.connectionClosed(address, authenticated: isAuthenticated)
    }
}

@available(*, unavailable)
extension ConnectionSlot: Sendable {}
