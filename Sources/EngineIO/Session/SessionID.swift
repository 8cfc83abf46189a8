import COpenSSL
import GatehouseJSON
import NIOCore

/// A session's name: 128 bits from the system's CSPRNG behind two characters that say which event loop owns it.
package struct SessionID: Hashable, Sendable, CustomStringConvertible {
    /// 0 ..< 4,096.
    let loop: UInt16
    private let high: UInt64
    private let low: UInt64

    /// A new one, or nil when the CSPRNG fails.
    init?(loop: UInt16) {
        var bytes = [UInt8](repeating: 0, count: 16)
        guard unsafe RAND_bytes(&bytes, 16) == 1 else { return nil }
        self.init(loop: loop, bytes)
    }

    private init(loop: UInt16, _ bytes: some Sequence<UInt8>) {
        var high: UInt64 = 0
        var low: UInt64 = 0
        for byte in bytes {
            high = high << 8 | low >> 56
            low = low << 8 | UInt64(byte)
        }
        self.loop = loop & 0xFFF
        self.high = high
        self.low = low
    }

    /// Reads one that came in a query; nil for anything this server cannot have issued.
    init?(_ text: String) {
        let digits = Array(text.utf8)
        guard digits.count == 24, let prefix = Base64.url.decode(digits.prefix(2) + [0x41]), prefix.count == 2,
            prefix[1] & 0xF == 0, let bytes = Base64.url.decode(digits.dropFirst(2)), bytes.count == 16
        else { return nil }
        self.init(loop: (UInt16(prefix[0]) << 8 | UInt16(prefix[1])) >> 4, bytes)
    }

    package var description: String {
        let prefix = loop << 4
        let head = Base64.url.encode([UInt8(truncatingIfNeeded: prefix >> 8), UInt8(truncatingIfNeeded: prefix)]).prefix(2)
        let bytes = [high, low].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 &- UInt64($0) &* 8)) } }
        return head + Base64.url.encode(bytes)
    }
}
