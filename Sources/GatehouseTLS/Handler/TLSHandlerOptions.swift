package import NIOCore

/// Time and memory limits of one TLS connection.
package struct TLSHandlerOptions: Sendable, Hashable {
    /// From the start of the connection to the end of the handshake; then the connection is closed (SEC-22).
    package var handshakeTimeout: TimeAmount
    /// How long our `close_notify` waits for the peer's before the transport is closed all the same.
    package var closeTimeout: TimeAmount
    /// Plaintext written before the handshake is over, in bytes.
    package var pendingWriteLimit: Int
    /// The most bytes of ciphertext that may be queued in answer to control messages of a peer that reads nothing.
    package var untakenAnswerLimit = 4 * 1024

    package init(
        handshakeTimeout: TimeAmount = .seconds(5),
        closeTimeout: TimeAmount = .seconds(1),
        pendingWriteLimit: Int = 64 * 1024
    ) {
        self.handshakeTimeout = handshakeTimeout
        self.closeTimeout = closeTimeout
        self.pendingWriteLimit = pendingWriteLimit
    }
}
