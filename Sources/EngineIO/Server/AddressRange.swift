import NIOCore

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A network, `10.0.0.0/8` or `::1`, for the trusted-proxy rule.
package struct AddressRange: Sendable, Hashable {
    private let bytes: [UInt8]
    private let bits: Int

    /// Nil when `text` is not an address with an optional prefix length.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, parts.count <= 2, let bytes = Self.bytes(String(first)) else { return nil }
        var bits = bytes.count &* 8
        if parts.count == 2 {
            guard let given = Int(parts[1]), 0...bits ~= given else { return nil }
            bits = given
        }
        self.bytes = bytes
        self.bits = bits
    }

    /// The address bytes of a literal; an IPv4 address in IPv6 clothes counts as IPv4.
    static func bytes(_ literal: String) -> [UInt8]? {
        guard let address = try? SocketAddress(ipAddress: literal, port: 0) else { return nil }
        return bytes(address)
    }

    static func bytes(_ address: SocketAddress) -> [UInt8]? {
        switch address {
        case .v4, .v6:
            guard let literal = address.ipAddress else { return nil }
            var bytes = [UInt8](repeating: 0, count: 16)
            if unsafe inet_pton(AF_INET, literal, &bytes) == 1 { return Array(bytes.prefix(4)) }
            guard unsafe inet_pton(AF_INET6, literal, &bytes) == 1 else { return nil }
            let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
            return bytes.starts(with: mapped) ? Array(bytes.dropFirst(12)) : bytes
        case .unixDomainSocket:
            return nil
        }
    }

    func contains(_ address: [UInt8]) -> Bool {
        guard address.count == bytes.count else { return false }
        let whole = bits / 8
        guard address.prefix(whole).elementsEqual(bytes.prefix(whole)) else { return false }
        let rest = bits % 8
        guard rest > 0, let left = address.dropFirst(whole).first, let right = bytes.dropFirst(whole).first else { return true }
        return (left ^ right) >> UInt8(8 &- rest) == 0
    }
}

/// Who the client is when proxies stand between (SEC-27): the right-most hop that is not a trusted proxy. Fields from anyone else are not
/// read.
enum ClientAddress {
    static func resolve(peer: SocketAddress?, forwarded: [String], trusted: [AddressRange]) -> String {
        guard let peer, let bytes = AddressRange.bytes(peer) else { return peer?.pathname ?? "" }
        let own = text(bytes)
        guard !trusted.isEmpty, trusted.contains(where: { $0.contains(bytes) }) else { return own }
        let hops = forwarded.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }
        for hop in hops.reversed() {
            let literal = String(hop.filter { $0 != " " && $0 != "\t" })
            // A hop that is not an address was not written by a proxy we trust: the last one we understood stands.
            guard let address = AddressRange.bytes(literal) else { return own }
            if !trusted.contains(where: { $0.contains(address) }) { return text(address) }
        }
        return own
    }

    /// One spelling for one address: it is a rate key.
    static func text(_ bytes: [UInt8]) -> String {
        (try? SocketAddress(packedIPAddress: ByteBuffer(bytes: bytes), port: 0))?.ipAddress ?? ""
    }
}
