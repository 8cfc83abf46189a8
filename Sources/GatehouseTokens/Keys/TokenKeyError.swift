/// Why a key, a key file or an issuer's configuration cannot be used. It is read by the person who must mend it, at start or at reload;
/// it names files, key ids and sizes, never key bytes.
package struct TokenKeyError: Error, Sendable, CustomStringConvertible {
    /// What kind of thing is wrong, for programs.
    package enum Code: String, Sendable {
        /// The file is missing, unreadable, not a regular file or too large.
        case fileUnreadable = "file_unreadable"
        /// The keys that an issuer publishes could not be fetched.
        case unavailable = "unavailable"
        /// Others can read a secret, or can change a key file.
        case filePermissions = "file_permissions"
        /// A file is there already and is not overwritten.
        case fileExists = "file_exists"
        /// The text is not a key or key set of a kind we read.
        case malformedKey = "malformed_key"
        /// The key is smaller than its algorithm asks for (SEC-13).
        case weakKey = "weak_key"
        /// The key is of another kind than its algorithm needs (SEC-08).
        case algorithmMismatch = "algorithm_mismatch"
        /// Two keys share an id, or a key needs an id and has none (SEC-09).
        case keyID = "key_id"
        /// A key says two things of itself that cannot both be: its `alg` is of another type than its `kty`.
        case contradictoryKey = "contradictory_key"
        /// Anybody could sign for the key: it is no point of its curve, no product of large primes, or private and published.
        case forgedKey = "forged_key"
        /// The key is not for verifying signatures.
        case otherUse = "other_use"
        /// An issuer's settings contradict themselves or the rules.
        case configuration = "configuration"
        /// The library that should do it cannot.
        case unsupported = "unsupported"
        /// libcrypto or libjwt failed.
        case library = "library"
    }

    package let code: Code
    package let message: String
    package let cause: (any Error)?

    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var description: String {
        if let cause { "\(code.rawValue): \(message) (\(cause))" } else { "\(code.rawValue): \(message)" }
    }

    /// The same error, told as part of `place` (a file, an issuer).
    func at(_ place: String) -> TokenKeyError {
        TokenKeyError(code, "\(place): \(message)", cause: cause)
    }
}
