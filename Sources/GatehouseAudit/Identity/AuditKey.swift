import GatehouseJSON

/// The key under which identifiers are written (AUD-04): a reader of the log can tell that two records share a token or a session, but not
/// which.
///
/// Its bytes never leave this type.
package struct AuditKey: Sendable, CustomStringConvertible {
    private let bytes: [UInt8]

    package var description: String { "AuditKey(…)" }

    /// Takes 32 bytes or more.
    package init(bytes: [UInt8]) throws(AuditError) {
        guard bytes.count >= 32 else { throw AuditError(.key, "an audit key has at least 32 bytes; this one has \(bytes.count)") }
        self.bytes = bytes
    }

    /// `hmac:` and 32 hexadecimal digits. `kind` keeps a session and a token of the same text apart.
    package func pseudonym(of value: String, as kind: String) -> String {
        let text = Array(kind.utf8) + [0] + Array(value.utf8)
        // An HMAC fails only when libcrypto cannot run at all; the record is then written without the identifier, never with it in clear.
        guard let hash = try? SHA256.authenticate(text, key: bytes) else { return "hmac:unavailable" }
        return "hmac:" + Base16.encode(Array(hash.bytes.prefix(16)))
    }

    package func pseudonym(of value: AuditScalar, as kind: String) -> String {
        switch value {
        case .string(let text), .document(let text): pseudonym(of: text, as: kind)
        case .integer(let number): pseudonym(of: String(number), as: kind)
        case .bool(let flag): pseudonym(of: flag ? "true" : "false", as: kind)
        }
    }
}
