internal import COpenSSL
import GatehouseJSON

/// A secret that several parties share, and the seals that they make with it: HMAC-SHA-256 of a message.
///
/// Its bytes never leave this type.
package struct MessageSeal: Sendable, CustomStringConvertible {
    private let secret: [UInt8]

    package var description: String { "MessageSeal(…)" }

    /// Takes 32 bytes or more.
    package init(secret: [UInt8]) throws(AuditError) {
        guard secret.count >= 32 else { throw AuditError(.key, "a shared key has at least 32 bytes; this one has \(secret.count)") }
        self.secret = secret
    }

    /// The seal of a message, in 64 hexadecimal digits. Parts are kept apart by their lengths.
    package func seal(_ parts: [String]) throws(AuditError) -> String {
        var bytes: [UInt8] = []
        for part in parts { bytes += Array("\(part.utf8.count):".utf8) + Array(part.utf8) }
        return Base16.encode(try SHA256.authenticate(bytes, key: secret).bytes)
    }

    /// Whether a seal is that of a message. It takes the same time for each wrong one.
    package func isGenuine(_ seal: String, of parts: [String]) -> Bool {
        guard let right = try? self.seal(parts), right.utf8.count == seal.utf8.count else { return false }
        return unsafe CRYPTO_memcmp(Array(right.utf8), Array(seal.utf8), right.utf8.count) == 0
    }
}
