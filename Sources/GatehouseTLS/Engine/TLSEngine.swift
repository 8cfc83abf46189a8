import COpenSSL
import GatehouseLiveObjects
package import NIOCore

/// One TLS connection as a pure byte machine: ciphertext in, plaintext out and back. Knows nothing of sockets and time.
///
/// Owns the `SSL` and frees it once. Not thread-safe: it belongs to one event loop at a time, see ``DetachedTLS`` for moving it.
@safe package final class TLSEngine {
    package enum State: Sendable, Hashable {
        case handshaking
        /// Plaintext flows both ways.
        case open
        /// The peer ended its half with `close_notify`; ours is open.
        case peerClosed
        /// We ended our half with `close_notify`; the peer's is open.
        case localClosed
        /// Both halves ended in order.
        case closed
        /// Ended by an error; nothing more can be read or written.
        case failed
    }

    package private(set) var state = State.handshaking
    /// The result of the handshake, once it is over.
    package private(set) var session: TLSHandshakeCompleted?

    // Behind a pointer rather than in a class: libssl's callbacks come back here for each record, and a class would check each access
    // for exclusivity and count references.
    let portPointer: UnsafeMutablePointer<CiphertextPort>
    private var gate: HandshakeGate?
    let limits: TLSEngineLimits
    private let role: TLSContext.Role
    let ssl: OpaquePointer
    private let mark = HandleMark(.ssl)
    /// Bytes received before the handshake was over, respectively since the last plaintext.
    private var bytesWithoutPlaintext = 0

    /// The server's end of a connection.
    package convenience init(server context: TLSContext, limits: TLSEngineLimits = .init()) throws(TLSError) {
        try self.init(context, role: .server, limits: limits)
        unsafe SSL_set_accept_state(ssl)
        gate = HandshakeGate(limit: limits.clientHelloBytes, certificateLimit: handshakeByteLimit)
    }

    /// The client's end of a connection to `peer`, whose name or address the server's certificate must carry.
    package convenience init(client context: TLSContext, peer: TLSPeerName, limits: TLSEngineLimits = .init()) throws(TLSError) {
        try self.init(context, role: .client, limits: limits)
        try unsafe peer.require(on: ssl)
        unsafe SSL_set_connect_state(ssl)
    }

    private init(_ context: TLSContext, role: TLSContext.Role, limits: TLSEngineLimits) throws(TLSError) {
        guard context.role == role else {
            throw TLSError(.libraryFailure, "A \(context.role) context cannot be the \(role) of a connection.")
        }
        OpenSSLFailure.forgetEarlier()
        guard let ssl = unsafe SSL_new(context.handle) else {
            throw TLSError(.libraryFailure, "OpenSSL could not make a connection.", cause: OpenSSLFailure.drain())
        }
        let pointer = UnsafeMutablePointer<CiphertextPort>.allocate(capacity: 1)
        unsafe pointer.initialize(to: CiphertextPort())
        guard let bio = unsafe CiphertextPort.makeBIO(over: pointer) else {
            unsafe SSL_free(ssl)
            unsafe pointer.deinitialize(count: 1).deallocate()
            throw TLSError(.libraryFailure, "OpenSSL could not make a connection's BIO.", cause: OpenSSLFailure.drain())
        }
        unsafe SSL_set_bio(ssl, bio, bio)
        unsafe self.ssl = unsafe ssl
        unsafe portPointer = unsafe pointer
        self.role = role
        self.limits = limits
        handshakeByteLimit = context.verifiesPeer ? limits.handshakeBytesWithPeerChain : limits.handshakeBytes
    }

    private let handshakeByteLimit: Int

    deinit {
        unsafe SSL_free(ssl)
        unsafe portPointer.deinitialize(count: 1).deallocate()
    }

    // MARK: Ciphertext

    /// Passes bytes of the peer in. The next call that needs them reads them. Bytes after the peer's `close_notify` are ignored (RFC 8446,
    /// section 6.1), and after a failure nothing is read.
    package func receive(_ ciphertext: ByteBuffer) {
        switch state {
        case .handshaking, .open, .localClosed: break
        case .peerClosed, .closed, .failed: return
        }
        if gate != nil { gate?.see(ciphertext, usesTLS13: chosenVersion.map { $0 == TLS1_3_VERSION }) }
        if unsafe portPointer.pointee.inbound.readableBytes == 0 {
            unsafe portPointer.pointee.inbound = ciphertext
        } else {
            var more = ciphertext
            unsafe portPointer.pointee.inbound.writeBuffer(&more)
        }
    }

    /// Bytes for the peer that were produced since the last call; `nil` when there are none.
    package func takeCiphertext() -> ByteBuffer? {
        guard unsafe portPointer.pointee.outbound.readableBytes > 0 else { return nil }
        defer { unsafe portPointer.pointee.outbound = ByteBuffer() }
        return unsafe portPointer.pointee.outbound
    }

    /// Received bytes that libssl has not taken yet.
    package var unreadCiphertextBytes: Int { unsafe portPointer.pointee.inbound.readableBytes }

    /// Whether `read` could give something without more ciphertext.
    package var hasUnread: Bool { unsafe portPointer.pointee.inbound.readableBytes > 0 || SSL_has_pending(ssl) == 1 }

    // MARK: Handshake

    /// Goes on with the handshake as far as the received bytes allow.
    ///
    /// - Returns: whether the handshake is over.
    package func handshake() throws(TLSError) -> Bool {
        guard state == .handshaking else { return state != .failed }
        if let refusal = gate?.refusal {
            state = .failed
            throw refusal.error
        }
        if gate?.isUndecided == true { return false }
        let before = unsafe portPointer.pointee.inbound.readableBytes
        OpenSSLFailure.forgetEarlier()
        let result = unsafe SSL_do_handshake(ssl)
        let failure = result == 1 ? SSL_ERROR_NONE : unsafe SSL_get_error(ssl, result)
        unsafe bytesWithoutPlaintext &+= before &- portPointer.pointee.inbound.readableBytes
        releaseDrainedInbound()
        switch failure {
        case SSL_ERROR_NONE:
            bytesWithoutPlaintext = 0
            gate = nil
            session = unsafe TLSHandshakeCompleted(ssl)
            state = .open
            return true
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE:
            guard bytesWithoutPlaintext <= handshakeByteLimit else {
                state = .failed
                throw TLSError(.handshakeTooLarge, "The peer sent more than \(handshakeByteLimit) bytes without ending its handshake.")
            }
            return false
        default:
            state = .failed
            throw unsafe TLSFailureReport.handshake(ssl)
        }
    }

    /// The version that the server has chosen; `nil` before.
    private var chosenVersion: Int32? {
        let version = unsafe SSL_version(ssl)
        return version == TLS1_2_VERSION || version == TLS1_3_VERSION ? version : nil
    }

    // MARK: Plaintext

    package enum ReadOutcome: Sendable, Hashable {
        /// This many bytes were appended; there may be more.
        case bytes(Int)
        /// Nothing more until the peer sends.
        case needsCiphertext
        /// The peer closed its half in order.
        case peerClosed

        var hasMore: Bool {
            if case .bytes = self { true } else { false }
        }
    }

    /// Decrypted bytes that libssl holds because the last target was full.
    var pendingPlaintextBytes: Int { unsafe Int(SSL_pending(ssl)) }

    /// Decrypts at most one record and appends it, as far as `target` has room; a full `target` gets room for a whole record.
    package func read(into target: inout ByteBuffer) throws(TLSError) -> ReadOutcome {
        switch state {
        case .open, .localClosed: break
        case .handshaking: return .needsCiphertext
        case .peerClosed, .closed: return .peerClosed
        case .failed: throw TLSError(.closed, "The connection has failed; nothing can be read from it.")
        }
        // A call that only learns that libssl wants more bytes costs as much as a short record.
        guard hasUnread else { return .needsCiphertext }
        let before = unsafe portPointer.pointee.inbound.readableBytes
        var count = 0
        var result: Int32 = 0
        OpenSSLFailure.forgetEarlier()
        unsafe target.writeWithUnsafeMutableBytes(minimumWritableBytes: target.writableBytes > 0 ? 0 : TLSEngineLimits.recordBytes) {
            room in
            unsafe result = SSL_read_ex(ssl, room.baseAddress, room.count, &count)
            return count
        }
        let failure = result == 1 ? SSL_ERROR_NONE : unsafe SSL_get_error(ssl, result)
        unsafe bytesWithoutPlaintext &+= before &- portPointer.pointee.inbound.readableBytes
        releaseDrainedInbound()
        switch failure {
        case SSL_ERROR_NONE:
            bytesWithoutPlaintext = 0
            return .bytes(count)
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE:
            guard bytesWithoutPlaintext <= limits.controlBytes else {
                state = .failed
                throw TLSError(.protocolViolation, "The peer sent \(bytesWithoutPlaintext) bytes of TLS control messages and no data.")
            }
            return .needsCiphertext
        case SSL_ERROR_ZERO_RETURN:
            state = state == .localClosed ? .closed : .peerClosed
            unsafe portPointer.pointee.inbound = ByteBuffer()
            return .peerClosed
        default:
            state = .failed
            throw TLSFailureReport.established()
        }
    }

    /// Encrypts in records of at most 16 KiB. The ciphertext is there for `takeCiphertext` at once.
    package func write(_ plaintext: ByteBuffer) throws(TLSError) {
        guard canWrite else { throw TLSError(.closed, "The connection is not open for writing.") }
        guard plaintext.readableBytes > 0 else { return }
        var result: Int32 = 0
        var written = 0
        OpenSSLFailure.forgetEarlier()
        unsafe plaintext.withUnsafeReadableBytes { bytes in
            unsafe result = SSL_write_ex(ssl, bytes.baseAddress, bytes.count, &written)
        }
        // The BIO takes everything, so a write is whole or it has failed.
        guard result == 1, written == plaintext.readableBytes else {
            state = .failed
            throw TLSFailureReport.established()
        }
    }

    /// Whether `write` may be called.
    package var canWrite: Bool { state == .open || state == .peerClosed }

    // MARK: End

    /// Ends our half: `close_notify` is there for `takeCiphertext`. Does nothing when it is ended already.
    package func close() {
        guard canWrite else { return }
        OpenSSLFailure.forgetEarlier()
        // 0: sent, the peer's is awaited; 1: both are done. A failure leaves nothing to send; the end of the transport reports it.
        _ = unsafe SSL_shutdown(ssl)
        OpenSSLFailure.forgetEarlier()
        state = state == .peerClosed ? .closed : .localClosed
    }

    /// The transport has ended. Without the peer's `close_notify` this is an error, since a third party may have cut off bytes.
    package func receiveEnd() throws(TLSError) {
        switch state {
        case .peerClosed, .closed, .failed: return
        case .handshaking:
            state = .failed
            throw TLSError(.handshakeFailed, "The peer ended the connection before the handshake was over.")
        case .open, .localClosed:
            state = .failed
            throw TLSError(.truncated, "The connection ended without close_notify: the last data may be missing.")
        }
    }

    /// Gives the socket's buffer back as soon as it is read, so that it can be used for the next connection's bytes.
    private func releaseDrainedInbound() {
        if unsafe portPointer.pointee.inbound.readableBytes == 0 { unsafe portPointer.pointee.inbound = ByteBuffer() }
    }
}

@available(*, unavailable)
extension TLSEngine: Sendable {}
