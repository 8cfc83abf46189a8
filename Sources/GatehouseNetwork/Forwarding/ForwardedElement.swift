/// One element of a `Forwarded` field (RFC 7239 section 4): `for="[2001:db8::17]:4711";proto=https`.
package struct ForwardedElement: Sendable, Equatable {
    /// The value of `for`, without its quotes.
    package let node: String
    /// The value of `proto`, in small letters.
    package let scheme: String?

    /// - Returns: `nil` if the text breaks the grammar, names a parameter twice, or has no `for`.
    package init?(_ text: some StringProtocol) {
        var parameters: [String: String] = [:]
        for pair in text.utf8.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false) {
            let pair = ForwardedNode.trimmed(Array(pair)[...])
            guard let equals = pair.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            let name = String(decoding: pair[..<equals], as: UTF8.self).lowercased()
            guard Self.isToken(pair[..<equals]), let value = Self.value(pair[(equals + 1)...]),
                parameters.updateValue(value, forKey: name) == nil
            else { return nil }
        }
        guard let node = parameters["for"] else { return nil }
        self.node = node
        scheme = parameters["proto"]?.lowercased()
    }

    /// A token, or a text in quotes. A backslash in quotes is not taken: no address and no scheme needs one.
    private static func value(_ bytes: ArraySlice<UInt8>) -> String? {
        let quote = UInt8(ascii: "\"")
        guard bytes.first == quote else { return isToken(bytes) ? String(decoding: bytes, as: UTF8.self) : nil }
        let inside = bytes.dropFirst().dropLast()
        guard bytes.count >= 2, bytes.last == quote, !inside.contains(quote), !inside.contains(UInt8(ascii: "\\")) else { return nil }
        return String(decoding: inside, as: UTF8.self)
    }

    /// RFC 9110 section 5.6.2.
    private static func isToken(_ bytes: ArraySlice<UInt8>) -> Bool {
        !bytes.isEmpty
            && bytes.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }
}
