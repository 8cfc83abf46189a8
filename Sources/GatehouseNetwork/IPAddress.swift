/// An IPv4 or IPv6 address in binary. An IPv4-mapped IPv6 address (`::ffff:192.0.2.1`) is the IPv4 address it maps.
package struct IPAddress: Sendable, Hashable, CustomStringConvertible {
    /// The 128 bits; IPv4 stands in its mapped form, so that one comparison serves both families.
    package let high: UInt64
    package let low: UInt64

    private static let mappedPrefix: UInt64 = 0x0000_FFFF_0000_0000

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// From the four bytes of an IPv4 address in network order.
    package init(v4 word: UInt32) {
        self.init(high: 0, low: Self.mappedPrefix | UInt64(word))
    }

    /// From the four or sixteen bytes of an address in network order; nil for any other count.
    package init?(networkBytes bytes: some Collection<UInt8>) {
        switch bytes.count {
        case 4: self.init(v4: bytes.reduce(0) { $0 << 8 | UInt32($1) })
        case 16:
            self.init(high: bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }, low: bytes.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) })
        default: return nil
        }
    }

    /// Whether it is an IPv4 address, mapped or not.
    package var isV4: Bool { high == 0 && low & 0xFFFF_FFFF_0000_0000 == Self.mappedPrefix }

    /// Whether it is this machine's own: `127.0.0.0/8` or `::1`.
    package var isLoopback: Bool { isV4 ? low & 0xFF00_0000 == 0x7F00_0000 : high == 0 && low == 1 }

    /// Parses dotted decimal (four parts, no leading zeros) or RFC 4291 text (no zone, no brackets).
    package init?(_ text: some StringProtocol) {
        let utf8 = Array(text.utf8.prefix(46))
        guard utf8.count <= 45 else { return nil }
        if !utf8.contains(UInt8(ascii: ":")) {
            guard let word = Self.parseV4(utf8[...]) else { return nil }
            self.init(v4: word)
            return
        }
        guard let groups = Self.parseV6(utf8) else { return nil }
        self.init(
            high: groups[0..<4].reduce(0) { $0 << 16 | UInt64($1) },
            low: groups[4..<8].reduce(0) { $0 << 16 | UInt64($1) }
        )
    }

    private static func parseV4(_ text: ArraySlice<UInt8>) -> UInt32? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var word: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.count), part.count == 1 || part.first != UInt8(ascii: "0") else { return nil }
            var value: UInt32 = 0
            for byte in part {
                guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
                value = value * 10 + UInt32(byte - UInt8(ascii: "0"))
            }
            guard value <= 255 else { return nil }
            word = word << 8 | value
        }
        return word
    }

    private static func parseV6(_ text: [UInt8]) -> [UInt16]? {
        let colon = UInt8(ascii: ":")
        var gap: Int?
        for at in text.indices.dropLast() where text[at] == colon && text[at + 1] == colon {
            guard gap == nil else { return nil }
            gap = at
        }
        guard let gap else {
            guard let groups = parseGroups(text[...], v4Last: true), groups.count == 8 else { return nil }
            return groups
        }
        guard let head = parseGroups(text[..<gap], v4Last: false), let tail = parseGroups(text[(gap + 2)...], v4Last: true),
            head.count + tail.count <= 7
        else { return nil }
        return head + Array(repeating: 0, count: 8 - head.count - tail.count) + tail
    }

    private static func parseGroups(_ text: ArraySlice<UInt8>, v4Last: Bool) -> [UInt16]? {
        guard !text.isEmpty else { return [] }
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        var groups: [UInt16] = []
        for (at, part) in parts.enumerated() {
            if v4Last, at == parts.count - 1, part.contains(UInt8(ascii: ".")) {
                guard let word = parseV4(part) else { return nil }
                groups.append(UInt16(word >> 16))
                groups.append(UInt16(word & 0xFFFF))
                continue
            }
            guard (1...4).contains(part.count), part.allSatisfy(isHex), let group = UInt16(String(decoding: part, as: UTF8.self), radix: 16)
            else { return nil }
            groups.append(group)
        }
        return groups
    }

    /// `UInt16(_:radix:)` also takes a sign.
    private static func isHex(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"): true
        default: false
        }
    }

    /// Dotted decimal for IPv4, mapped or not; RFC 5952 text for IPv6.
    package var description: String {
        if isV4 { return [low >> 24, low >> 16, low >> 8, low].map { "\($0 & 0xFF)" }.joined(separator: ".") }
        let groups = [high >> 48, high >> 32, high >> 16, high, low >> 48, low >> 32, low >> 16, low].map { $0 & 0xFFFF }
        var best = 0..<0
        var at = 0
        while at < 8 {
            let end = groups[at...].firstIndex { $0 != 0 } ?? 8
            if end - at > best.count, end - at > 1 { best = at..<end }
            at = max(end, at + 1)
        }
        func text(_ part: ArraySlice<UInt64>) -> String { part.map { String($0, radix: 16) }.joined(separator: ":") }
        return best.isEmpty ? text(groups[...]) : text(groups[..<best.lowerBound]) + "::" + text(groups[best.upperBound...])
    }
}
