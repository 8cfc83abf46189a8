/// What the text of a key file says about itself.
enum KeyText {
    /// The comment line before the PEM block of a development key.
    static let developmentMark = "# gatehouse development key: never use it in production"
    /// The member that marks a development key in a JWKS, of the set and of each key, so that a key copied out of it stays marked.
    static let developmentMember = "gatehouse_development"

    static func isPEM(_ key: SecretBytes) -> Bool { contains(key, "-----BEGIN ") }

    static func isPrivatePEM(_ key: SecretBytes) -> Bool { contains(key, "PRIVATE KEY-----") }

    static func hasDevelopmentMark(_ key: SecretBytes) -> Bool { contains(key, "# gatehouse development key") }

    /// A text secret without the line break an editor put after it; nil if nothing is left.
    static func withoutLineEnd(_ secret: SecretBytes) -> SecretBytes? {
        unsafe secret.withBytes { bytes in
            guard unsafe bytes.last == 0x0A else { return secret }
            var length = bytes.count &- 1
            if length > 0, unsafe bytes[length &- 1] == 0x0D { length &-= 1 }
            guard unsafe bytes.prefix(length).allSatisfy({ (0x20...0x7E).contains($0) }) else { return secret }
            return unsafe SecretBytes(bytes.prefix(length))
        }
    }

    private static func contains(_ key: SecretBytes, _ needle: StaticString) -> Bool {
        unsafe key.withBytes { bytes in
            needle.withUTF8Buffer { needle in
                guard !needle.isEmpty, bytes.count >= needle.count else { return false }
                return (0...(bytes.count &- needle.count)).contains { start in
                    unsafe bytes[start..<(start &+ needle.count)].elementsEqual(needle)
                }
            }
        }
    }
}
