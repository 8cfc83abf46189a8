import NIOCore

/// Looks at the announced length of each handshake message that a client sends in plaintext, before libssl does.
///
/// libssl makes room for all that is announced, up to 128 KiB, and holds it until the handshake deadline. An honest ClientHello has
/// a few hundred bytes, some kilobytes with post-quantum keys and a ticket. There may be a second one (after a HelloRetryRequest), and with
/// TLS 1.2 a certificate; so everything is watched until records are encrypted.
struct HandshakeGate {
    enum Refusal: Hashable {
        /// The first record is of another kind: libssl would accept some alerts, and the ClientHello's length would come later.
        case notHandshake
        /// The first message announces more than the limit, or hides its length by cutting the header over records.
        case helloTooLarge(limit: Int)
        /// A later message announces more than its limit.
        case tooLarge(limit: Int)
    }

    private enum ContentType {
        static let changeCipherSpec: UInt8 = 20
        static let handshake: UInt8 = 22
    }

    private static let certificate: UInt8 = 11
    private static let recordHeaderBytes = 5
    private static let messageHeaderBytes = 4

    private(set) var refusal: Refusal?
    private let limit: Int
    private let certificateLimit: Int
    /// Type, version and length of the record at hand, as far as they have come.
    private var recordHeader: [UInt8] = []
    private var recordLeft = 0
    /// Type and length of the message at hand, which may be cut over records.
    private var messageHeader: [UInt8] = []
    private var messageLeft = 0
    private var hasBegun = false
    /// Whether the length of the first message is not known yet: libssl waits for it, so that the end is the same however bytes are cut.
    private(set) var isUndecided = true
    private var hasChangedCiphers = false
    /// Whether records are encrypted now, which the gate does not examine.
    private var isOver = false

    /// - Parameters:
    ///   - limit: bytes of any message but a certificate.
    ///   - certificateLimit: bytes of the client's chain.
    init(limit: Int, certificateLimit: Int) {
        self.limit = limit
        self.certificateLimit = certificateLimit
    }

    /// - Parameter usesTLS13: what the server has chosen; nil before it has answered. In TLS 1.3 no encrypted record has the type of a
    ///   handshake, in TLS 1.2 each one after the change of ciphers is encrypted, and none can come before the answer.
    mutating func see(_ bytes: ByteBuffer, usesTLS13: Bool?) {
        var rest = bytes.readableBytesView[...]
        while refusal == nil, !isOver, let byte = rest.first {
            if recordHeader.count < Self.recordHeaderBytes {
                rest = rest.dropFirst()
                recordHeader.append(byte)
                if recordHeader.count == Self.recordHeaderBytes { recordBegins(usesTLS13) }
            } else if isHandshake, messageLeft == 0 {
                rest = rest.dropFirst()
                recordLeft -= 1
                messageHeader.append(byte)
                if messageHeader.count == Self.messageHeaderBytes { messageBegins() }
            } else {
                let count = min(rest.count, recordLeft, isHandshake ? messageLeft : recordLeft)
                rest = rest.dropFirst(count)
                recordLeft -= count
                if isHandshake { messageLeft -= count }
            }
            if recordHeader.count == Self.recordHeaderBytes, recordLeft == 0 { recordHeader = [] }
        }
    }

    private var isHandshake: Bool { recordHeader.first == ContentType.handshake }

    private mutating func recordBegins(_ usesTLS13: Bool?) {
        recordLeft = Int(recordHeader[3]) << 8 | Int(recordHeader[4])
        if !hasBegun {
            hasBegun = true
            guard isHandshake else { return refusal = .notHandshake }
            guard recordLeft >= Self.messageHeaderBytes else { return refusal = .helloTooLarge(limit: limit) }
        }
        if recordHeader.first == ContentType.changeCipherSpec { hasChangedCiphers = true }
        if isHandshake, hasChangedCiphers, usesTLS13 == false { isOver = true }
    }

    private mutating func messageBegins() {
        messageLeft = Int(messageHeader[1]) << 16 | Int(messageHeader[2]) << 8 | Int(messageHeader[3])
        let limit = messageHeader[0] == Self.certificate ? certificateLimit : limit
        if messageLeft > limit { refusal = isUndecided ? .helloTooLarge(limit: limit) : .tooLarge(limit: limit) }
        isUndecided = false
        messageHeader = []
    }
}

extension HandshakeGate.Refusal {
    var error: TLSError {
        switch self {
        case .notHandshake:
            TLSError(.handshakeFailed, "The client's first bytes are no TLS handshake; it may speak plain HTTP.")
        case .helloTooLarge(let limit):
            TLSError(.handshakeTooLarge, "The client's first message announces more than \(limit) bytes.")
        case .tooLarge(let limit):
            // The same code as libssl's own refusals: which of both refuses depends on how the bytes were split.
            TLSError(.handshakeFailed, "A later handshake message of the client announces more than \(limit) bytes.")
        }
    }
}
