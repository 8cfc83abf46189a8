/// Bounds on a peer's input to an engine, in bytes of ciphertext.
package struct TLSEngineLimits: Sendable, Hashable {
    /// The largest plaintext of one TLS record.
    package static let recordBytes = 16_384
    /// What a record may add to its plaintext: header, nonce, content type, tag.
    package static let recordOverheadBytes = 64

    /// The first message of a client.
    package var clientHelloBytes = 16 * 1024
    /// A handshake in which the peer shows no certificate.
    package var handshakeBytes = 32 * 1024
    /// A handshake in which it does.
    package var handshakeBytesWithPeerChain = 64 * 1024
    /// Key updates, tickets and the like between two pieces of data, and the largest record, which may come byte by byte.
    package var controlBytes = 32 * 1024

    package init() {}
}
