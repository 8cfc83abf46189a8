/// A block of addresses: `10.0.0.0/8`, `2001:db8::/32`, or one address. IPv4 blocks hold mapped addresses too (MOD-42).
package struct CIDR: Sendable, Hashable, CustomStringConvertible {
    package let base: IPAddress
    /// The length of the prefix among all 128 bits, the last 32 of which are an IPv4 address.
    package let prefix: Int
    /// Whether IPv4 addresses are in it.
    package var holdsV4: Bool { base.isV4 || prefix < 96 && contains(IPAddress(v4: 0)) }
    private let highMask: UInt64
    private let lowMask: UInt64

    /// Parses `address` or `address/length`. The bits after the prefix must be zero, so that a block is written in one way.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(first) else { return nil }
        // A mapped block (::ffff:10.0.0.0/104) counts its length from the front of the 128 bits.
        let family = first.utf8.contains(UInt8(ascii: ":")) ? 128 : 32
        var length = family
        if parts.count == 2 {
            let digits = parts[1].utf8
            guard (1...3).contains(digits.count), digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
                digits.count == 1 || digits.first != UInt8(ascii: "0"), let value = Int(parts[1]), value <= family
            else { return nil }
            length = value
        }
        prefix = length + (128 - family)
        highMask = prefix >= 64 ? .max : prefix == 0 ? 0 : .max << UInt64(64 - prefix)
        lowMask = prefix <= 64 ? 0 : .max << UInt64(128 - prefix)
        base = address
        guard address.high & ~highMask == 0, address.low & ~lowMask == 0 else { return nil }
    }

    package func contains(_ address: IPAddress) -> Bool {
        address.high & highMask == base.high && address.low & lowMask == base.low
    }

    /// The address behind the last one; nil at the end of all addresses.
    package var following: IPAddress? {
        let (low, carry) = (base.low | ~lowMask).addingReportingOverflow(1)
        let last = base.high | ~highMask
        guard carry else { return IPAddress(high: last, low: low) }
        let (high, isEnd) = last.addingReportingOverflow(1)
        return isEnd ? nil : IPAddress(high: high, low: 0)
    }

    /// Whether every address of another block is in this one.
    package func covers(_ other: CIDR) -> Bool { prefix <= other.prefix && contains(other.base) }

    package var description: String {
        base.isV4 && prefix >= 96 ? "\(base)/\(prefix - 96)" : "\(base)/\(prefix)"
    }
}
