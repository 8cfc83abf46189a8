/// One TCP connection's place in the ledger, whichever handler has the connection now.
final class ConnectionSlot {
    private let ledger: ConnectionLedger
    /// The peer's; nil when the peer is a trusted proxy.
    let address: String?
    private var isAuthenticated = false
    private var isReleased = false

    /// - Parameter address: nil when the peer is a trusted proxy.
    init(ledger: ConnectionLedger, address: String?) {
        self.ledger = ledger
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
