/// A key of a JWK Set that is not used. The others of the set are used (RFC 7517, section 5), so the operator is told of this one.
package struct LeftOutKey: Sendable, Hashable {
    /// The issuer's configured name; empty until it is known.
    package var issuer = ""
    /// Its `kid`, or its place in the set if the `kid` is not a short word. Places change with the set, so they are the second choice.
    package let name: String
    package let reason: TokenKeyError.Code
    package let message: String

    init(position: Int, kid: String?, _ error: TokenKeyError) {
        // A set is outside text: only short, unambiguous words are repeated.
        let isPlain = kid.map { (1...64).contains($0.utf8.count) && $0.utf8.allSatisfy { (0x21...0x7E).contains($0) } } ?? false
        name = if isPlain, let kid { kid } else { "keys[\(position)]" }
        reason = error.code
        message = error.message
    }

    /// Whether an operator should act: a key for us is broken. Keys for others do not matter.
    package var isOurs: Bool { reason != .otherUse && reason != .algorithmMismatch }
}
