import NIOCore

/// Looks at the announced length of a connection's first handshake message before libssl does.
///
/// libssl makes room for all that is announced, up to 128 KiB, and holds it until the handshake deadline. An honest ClientHello has
/// a few hundred bytes, some kilobytes with post-quantum keys and a ticket.
struct ClientHelloGate {
    enum Verdict {
        case undecided, passed
        /// Announces more than the limit, or hides its length by cutting the header over records.
        case refused
    }

    private var header: [UInt8] = []
    private(set) var verdict = Verdict.undecided
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    mutating func see(_ bytes: ByteBuffer) {
        guard verdict == .undecided else { return }
        // Record header (type, version, length), then the message's type and length.
        header.append(contentsOf: bytes.readableBytesView.prefix(9 - header.count))
        guard header.count == 9 else { return }
        let recordLength = Int(header[3]) << 8 | Int(header[4])
        let messageLength = Int(header[6]) << 16 | Int(header[7]) << 8 | Int(header[8])
        let isHandshake = header[0] == 22
        header = []
        // What is no handshake at all, libssl answers best.
        verdict = !isHandshake || (recordLength >= 4 && messageLength <= limit) ? .passed : .refused
    }
}
