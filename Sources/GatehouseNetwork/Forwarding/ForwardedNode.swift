/// A hop as proxies write it in `X-Forwarded-For`, and in `for=` of `Forwarded` (RFC 7239 section 6): an address, and perhaps a port.
package enum ForwardedNode {
    /// Parses `203.0.113.8`, `203.0.113.8:51008`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:443`, with blanks around it.
    /// - Returns: `nil` for anything else, such as `unknown`, `_hidden`, an empty hop, or an address with a zone.
    package static func parse(_ text: some StringProtocol) -> IPAddress? {
        let bytes = trimmed(Array(text.utf8)[...])
        guard bytes.first != UInt8(ascii: "[") else { return bracketed(bytes) }
        if let colon = bytes.firstIndex(of: UInt8(ascii: ":")), bytes.lastIndex(of: UInt8(ascii: ":")) == colon {
            guard isPort(bytes[(colon + 1)...]) else { return nil }
            return address(bytes[..<colon])
        }
        return address(bytes)
    }

    private static func bracketed(_ bytes: ArraySlice<UInt8>) -> IPAddress? {
        guard let close = bytes.firstIndex(of: UInt8(ascii: "]")) else { return nil }
        let (inside, rest) = (bytes[..<close].dropFirst(), bytes[close...].dropFirst())
        guard inside.contains(UInt8(ascii: ":")) else { return nil }
        guard rest.isEmpty || (rest.first == UInt8(ascii: ":") && isPort(rest.dropFirst())) else { return nil }
        return address(inside)
    }

    private static func address(_ bytes: ArraySlice<UInt8>) -> IPAddress? {
        guard (1...45).contains(bytes.count) else { return nil }
        return IPAddress(String(decoding: bytes, as: UTF8.self))
    }

    private static func isPort(_ bytes: ArraySlice<UInt8>) -> Bool {
        (1...5).contains(bytes.count) && bytes.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            && UInt16(String(decoding: bytes, as: UTF8.self)) != nil
    }

    static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        return bytes.drop(while: isBlank).reversed().drop(while: isBlank).reversed()[...]
    }
}
