/// Scans a request head byte by byte and refuses the first byte that is out of place. Input that a proxy in front and this server might
/// read differently (bare LF, folded lines, NUL, white space before a colon) is never accepted.
struct HTTPHeadScanner: Sendable {
    private enum Place: Sendable {
        case start, method, target, version, lineFeed
        case fieldStart, name, value, fieldLineFeed, endLineFeed
    }

    private static let version = [UInt8]("HTTP/1.".utf8)
    private let limits: HTTPLimits
    private var place = Place.start
    private var count = 0
    private var partStart = 0
    private var fields = 0
    private var methodEnd = 0
    private var targetEnd = 0
    private var fieldsStart = 0
    private var isVersion11 = false
    /// Bytes of the one empty line that may precede a request (RFC 9112 section 2.2).
    private var leading = 0

    init(limits: HTTPLimits) {
        self.limits = limits
    }

    /// Whether no byte of a head has come yet.
    var isAtStart: Bool { place == .start && leading == 0 }

    enum Step {
        case skip, keep, end
    }

    /// Takes one byte.
    @inline(__always)
    mutating func take(_ byte: UInt8) throws(HTTPFault) -> Step {
        if place == .start {
            if leading == 0, byte == 0x0D {
                leading = 1
                return .skip
            }
            if leading == 1 {
                guard byte == 0x0A else { throw .bad("malformed request line") }
                leading = 2
                return .skip
            }
            place = .method
        }
        count &+= 1
        guard count <= limits.head else { throw .headersTooLarge }
        switch place {
        case .start, .method, .target, .version, .lineFeed:
            try requestLine(byte)
            return .keep
        case .fieldStart, .name, .value, .fieldLineFeed:
            try field(byte)
            return .keep
        case .endLineFeed:
            guard byte == 0x0A else { throw .bad("malformed end of head") }
            return .end
        }
    }

    @inline(__always)
    private mutating func requestLine(_ byte: UInt8) throws(HTTPFault) {
        switch place {
        case .method:
            if byte == 0x20, count > 1 {
                methodEnd = count &- 1
                place = .target
            } else {
                guard Self.isTokenByte(byte), count <= 32 else { throw count == 1 ? .notHTTP : .bad("malformed method") }
            }
        case .target:
            if byte == 0x20, count &- methodEnd > 2 {
                targetEnd = count &- 1
                place = .version
            } else {
                guard 0x21...0x7E ~= byte, byte != 0x23 else { throw .bad("malformed request target") }
                guard count &- methodEnd &- 1 <= limits.target else { throw .targetTooLong }
            }
        case .version:
            let index = count &- targetEnd &- 2
            if Self.version.indices.contains(index) {
                guard byte == Self.version[index] else {
                    // "HTTP/2.0" and its like deserve the right answer; anything else is noise.
                    throw index == 5 && 0x30...0x39 ~= byte ? .versionUnsupported : .bad("malformed HTTP version")
                }
            } else if index == 7 {
                guard byte == 0x31 || byte == 0x30 else { throw .versionUnsupported }
                isVersion11 = byte == 0x31
            } else {
                guard byte == 0x0D else { throw .bad("malformed HTTP version") }
                place = .lineFeed
            }
        default:
            guard byte == 0x0A else { throw .bad("bare CR") }
            fieldsStart = count
            place = .fieldStart
        }
    }

    @inline(__always)
    private mutating func field(_ byte: UInt8) throws(HTTPFault) {
        switch place {
        case .fieldStart:
            if byte == 0x0D {
                place = .endLineFeed
                return
            }
            guard Self.isTokenByte(byte) else { throw .bad("malformed or folded header field") }
            fields &+= 1
            guard fields <= limits.fields else { throw .headersTooLarge }
            partStart = count
            place = .name
        case .name:
            if byte == 0x3A {
                place = .value
            } else {
                guard Self.isTokenByte(byte) else { throw .bad("malformed header name") }
            }
        case .value:
            if byte == 0x0D {
                place = .fieldLineFeed
                return
            }
            guard byte == 0x09 || byte >= 0x20 && byte != 0x7F else { throw .bad("control character in a header field") }
        default:
            guard byte == 0x0A else { throw .bad("bare CR") }
            place = .fieldStart
            return
        }
        guard count &- partStart < limits.field else { throw .headersTooLarge }
    }

    /// The head, once `take` has said `.end`; `bytes` are the kept ones.
    func head(_ bytes: [UInt8]) throws(HTTPFault) -> HTTPRequestHead {
        try HTTPRequestHead(bytes: bytes, methodEnd: methodEnd, targetEnd: targetEnd, isVersion11: isVersion11, fieldsStart: fieldsStart)
    }

    /// `tchar` of RFC 9110 section 5.6.2.
    static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case 0x21, 0x23, 0x24, 0x25, 0x26, 0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E, 0x5F, 0x60, 0x7C, 0x7E: true
        default: false
        }
    }
}
