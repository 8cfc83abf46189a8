internal import GatehouseJSON

/// A JWK Set (RFC 7517, section 5): an issuer's keys in one file.
package enum JWKSet {
    /// The most keys in a set. Issuers have a handful; to check one large RSA key takes libcrypto a tenth of a second.
    package static let maximumKeys = 64

    /// Loads a file. One that holds a secret or a private key must not be readable by everyone.
    package static func keys(file path: String, algorithms: [SigningAlgorithm]) throws(TokenKeyError) -> [VerificationKey] {
        let file = try KeyFile(path: path)
        do {
            let (keys, holdsSecret) = try parse(unsafe file.contents.withBytes { unsafe Array($0) }, algorithms: algorithms)
            if holdsSecret { try file.requirePrivate() }
            return keys
        } catch { throw error.at(path) }
    }

    /// Reads the keys of a set's text.
    package static func keys(text: String, algorithms: [SigningAlgorithm]) throws(TokenKeyError) -> [VerificationKey] {
        try parse(Array(text.utf8), algorithms: algorithms).keys
    }

    /// Reads the keys of a set that an issuer publishes for everybody (RFC 7517, section 5: a reader passes over what it does not use):
    /// keys of kinds and algorithms that are not the issuer's configured ones are left out, a secret refuses the whole set.
    package static func keys(published bytes: [UInt8], algorithms: [SigningAlgorithm]) throws(TokenKeyError) -> [VerificationKey] {
        let (keys, holdsSecret) = try parse(bytes, algorithms: algorithms, passingOverOthers: true)
        guard !holdsSecret else { throw TokenKeyError(.malformedKey, "the published JWK Set holds a secret or private key") }
        return keys.filter { algorithms.contains($0.algorithm) }
    }

    private static func parse(
        _ bytes: [UInt8], algorithms: [SigningAlgorithm], passingOverOthers: Bool = false
    ) throws(TokenKeyError) -> (keys: [VerificationKey], holdsSecret: Bool) {
        let parsed: JSONValue
        do { parsed = try JSONValue(parsing: bytes) } catch {
            throw TokenKeyError(.malformedKey, "the JWK Set is not strict JSON", cause: error)
        }
        guard case .object(let set) = parsed, case .array(let members)? = set["keys"] else {
            throw TokenKeyError(.malformedKey, "a JWK Set is an object with an array \"keys\"")
        }
        guard members.count <= maximumKeys else {
            throw TokenKeyError(.malformedKey, "the JWK Set has \(members.count) keys, and \(maximumKeys) are the most that are read")
        }
        let isDevelopment = set[KeyText.developmentMember] != nil
        var keys: [VerificationKey] = []
        var holdsSecret = false
        for (position, member) in members.enumerated() {
            guard case .object(let object) = member else { throw TokenKeyError(.malformedKey, "keys[\(position)] is not an object") }
            holdsSecret = holdsSecret || JWK.isSecret(object)
            do {
                if let key = try JWK.verificationKey(object, algorithms: algorithms, isDevelopment: isDevelopment) { keys.append(key) }
            } catch {
                if passingOverOthers, error.code == .algorithmMismatch { continue }
                throw error.at("keys[\(position)]")
            }
        }
        return (keys, holdsSecret)
    }
}
