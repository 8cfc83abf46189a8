import NIOCore

/// The chunked transfer coding (RFC 9112 section 7.1). Extensions are passed over within a bound; trailers are checked and dropped.
struct HTTPChunkScanner: Sendable {
    enum Element {
        case data(ByteBuffer)
        case end
    }

    private enum Place: Sendable {
        case size, ending, sizeLineFeed, data, dataReturn, dataLineFeed
        case trailerStart, trailer, trailerLineFeed, endLineFeed
    }

    private let limits: HTTPLimits
    private var place = Place.size
    private var remaining = 0
    private var digits = 0
    private var extra = 0

    init(limits: HTTPLimits) {
        self.limits = limits
    }

    /// The next piece of the body; nil when `input` is used up. After `.end` the scanner is done.
    mutating func next(_ input: inout ByteBuffer) throws(HTTPFault) -> Element? {
        while true {
            if place == .data {
                guard let part = input.readSlice(length: min(remaining, input.readableBytes)), part.readableBytes > 0 else { return nil }
                remaining &-= part.readableBytes
                if remaining == 0 { place = .dataReturn }
                return .data(part)
            }
            guard let byte: UInt8 = input.readInteger() else { return nil }
            if try take(byte) { return .end }
        }
    }

    /// Takes a byte that is not data; true at the end of the body.
    private mutating func take(_ byte: UInt8) throws(HTTPFault) -> Bool {
        switch place {
        case .size:
            if let digit = Self.hex(byte) {
                digits &+= 1
                guard digits <= 8 else { throw .bad("chunk size too long") }
                remaining = remaining &<< 4 | digit
            } else {
                guard digits > 0 else { throw .bad("chunk size missing") }
                guard byte == 0x0D || byte == 0x3B else { throw .bad("malformed chunk size") }
                place = byte == 0x0D ? .sizeLineFeed : .ending
            }
        case .ending:
            try spend(byte)
            if byte == 0x0D { place = .sizeLineFeed }
        case .sizeLineFeed:
            try expect(byte, 0x0A)
            place = remaining == 0 ? .trailerStart : .data
            digits = 0
        case .dataReturn:
            try expect(byte, 0x0D)
            place = .dataLineFeed
        case .dataLineFeed:
            try expect(byte, 0x0A)
            place = .size
        case .trailerStart:
            if byte == 0x0D {
                place = .endLineFeed
            } else {
                guard HTTPHeadScanner.isTokenByte(byte) else { throw .bad("malformed trailer") }
                try spend(byte)
                place = .trailer
            }
        case .trailer:
            try spend(byte)
            if byte == 0x0D { place = .trailerLineFeed }
        case .trailerLineFeed:
            try expect(byte, 0x0A)
            place = .trailerStart
        case .endLineFeed:
            try expect(byte, 0x0A)
            return true
        case .data:
            break
        }
        return false
    }

    private func expect(_ byte: UInt8, _ wanted: UInt8) throws(HTTPFault) {
        guard byte == wanted else { throw .bad("malformed chunk") }
    }

    /// Extensions and trailers together may be as long as one header field.
    private mutating func spend(_ byte: UInt8) throws(HTTPFault) {
        extra &+= 1
        guard extra <= limits.field else { throw .headersTooLarge }
        guard byte == 0x09 || byte == 0x0D || byte >= 0x20 && byte != 0x7F else { throw .bad("control character in a chunk") }
    }

    private static func hex(_ byte: UInt8) -> Int? {
        switch byte {
        case 0x30...0x39: Int(byte &- 0x30)
        case 0x41...0x46: Int(byte &- 0x37)
        case 0x61...0x66: Int(byte &- 0x57)
        default: nil
        }
    }
}
