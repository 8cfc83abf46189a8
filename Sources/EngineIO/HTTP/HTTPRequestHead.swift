/// A request head that passed every rule of the decoder.
package struct HTTPRequestHead: Sendable {
    enum Body: Sendable, Hashable {
        case none
        case length(Int)
        case chunked
    }

    /// The head as it came, with the empty line at its end: what a connection that moves to another event loop replays.
    private(set) var bytes: [UInt8]
    package let method: String
    /// The request target as it came.
    package let target: String
    /// The host, and the port if there is one, of a target in absolute form; nil for every other form.
    let authority: String?
    package let isVersion11: Bool
    let body: Body
    let keepAlive: Bool
    let expectsContinue: Bool
    private let fieldsStart: Int

    /// Bytes of memory that keeping the head takes.
    var heldBytes: Int { bytes.capacity &+ target.utf8.count }

    package var fields: HTTPFields { HTTPFields(bytes: bytes, start: fieldsStart) }

    /// The head without the fields of the given names.
    func removing(_ names: [String]) -> HTTPRequestHead {
        var copy = self
        copy.bytes = fields.removing(names).bytes
        return copy
    }

    var hasBody: Bool { body != .none && body != .length(0) }

    /// The target without scheme and host up to the question mark; nothing is decoded or normalised, so a path has exactly one spelling
    /// (SEC-B).
    package var path: Substring {
        guard authority != nil, let path = HTTPRequestTarget.absolute(target)?.path else { return target.prefix { $0 != "?" } }
        return path
    }

    /// Interprets a head whose bytes are known to follow the grammar.
    init(bytes: [UInt8], methodEnd: Int, targetEnd: Int, isVersion11: Bool, fieldsStart: Int) throws(HTTPFault) {
        self.bytes = bytes
        self.fieldsStart = fieldsStart
        self.isVersion11 = isVersion11
        method = String(decoding: bytes.prefix(methodEnd), as: UTF8.self)
        target = String(decoding: bytes.prefix(targetEnd).dropFirst(methodEnd &+ 1), as: UTF8.self)
        let fields = HTTPFields(bytes: bytes, start: fieldsStart)
        let hosts = fields.all("host")
        guard hosts.count <= 1, hosts.count == 1 || !isVersion11 else { throw .bad("exactly one Host field is required") }
        authority = HTTPRequestTarget.absolute(target).map { String($0.authority) }
        if let authority {
            // The target overrides Host. If they differ, a proxy in front could route by the other one.
            guard !authority.isEmpty, !authority.utf8.contains(0x40), hosts.allSatisfy({ ASCII.equalIgnoringCase($0.utf8, authority.utf8) })
            else { throw .bad("Host is another than that of the request target") }
        }
        let codings = fields.all("transfer-encoding")
        let lengths = fields.all("content-length")
        switch (codings.count, lengths.count) {
        case (0, 0):
            body = .none
        case (0, 1):
            guard let text = lengths.first, (1...18).contains(text.utf8.count), text.utf8.allSatisfy({ 0x30...0x39 ~= $0 }),
                let length = Int(text)
            else { throw .bad("Content-Length is not a number") }
            body = .length(length)
        case (1, 0):
            guard let coding = codings.first, isVersion11, ASCII.equalIgnoringCase(coding.utf8, "chunked".utf8) else {
                throw .bad("only the transfer coding chunked is understood")
            }
            body = .chunked
        default:
            throw .bad("body length is ambiguous")
        }
        let closes = fields.containsToken("connection", "close")
        keepAlive = isVersion11 ? !closes : !closes && fields.containsToken("connection", "keep-alive")
        switch fields["expect"] {
        case nil: expectsContinue = false
        case let value? where ASCII.equalIgnoringCase(value.utf8, "100-continue".utf8): expectsContinue = isVersion11
        default: throw .expectationFailed
        }
    }
}
