internal import GatehouseJSON

/// A JWK Set (RFC 7517, section 5): an issuer's keys in one text. A key that cannot be used is left out, since a set may be for others too,
/// and a rotation must not fail because of a stranger's key. The set is refused where a key that would be used contradicts itself or is forged.
package struct JWKSet: Sendable {
    /// The most keys in a set. Issuers have a handful; to check one large RSA key takes libcrypto a tenth of a second.
    package static let maximumKeys = 64

    package private(set) var keys: [VerificationKey] = []
    package private(set) var leftOut: [LeftOutKey] = []
    private var holdsSecret = false

    /// Loads a file. One that holds a secret or a private key must not be readable by everyone.
    package init(file path: String, algorithms: [SigningAlgorithm]) throws(TokenKeyError) {
        let file = try KeyFile(path: path)
        do {
            try self.init(unsafe file.contents.withBytes { unsafe Array($0) }, algorithms: algorithms, isPublished: false)
            if holdsSecret { try file.requirePrivate() }
        } catch { throw error.at(path) }
    }

    /// Reads a set's text.
    package init(text: String, algorithms: [SigningAlgorithm]) throws(TokenKeyError) {
        try self.init(Array(text.utf8), algorithms: algorithms, isPublished: false)
    }

    /// Reads a set that an issuer publishes for everybody. A private key or a secret in it is everybody's.
    package init(published bytes: [UInt8], algorithms: [SigningAlgorithm]) throws(TokenKeyError) {
        try self.init(bytes, algorithms: algorithms, isPublished: true)
    }

    private init(_ bytes: [UInt8], algorithms: [SigningAlgorithm], isPublished: Bool) throws(TokenKeyError) {
        let set = try Self.parse(bytes)
        let isDevelopment = set.object[KeyText.developmentMember] != nil
        var read: [(position: Int, key: VerificationKey)] = []
        for (position, object) in set.members.enumerated() {
            holdsSecret = holdsSecret || JWK.isSecret(object)
            do throws(TokenKeyError) {
                let key = try JWK.verificationKey(object, algorithms: algorithms, isDevelopment: isDevelopment)
                if isPublished, JWK.isSecret(object) {
                    throw TokenKeyError(.forgedKey, "the key is private and was published, so that anybody can sign with it")
                }
                read.append((position, key))
            } catch {
                guard error.code != .contradictoryKey, error.code != .forgedKey else { throw error.at("keys[\(position)]") }
                leftOut.append(LeftOutKey(position: position, kid: JWK.kid(of: object), error))
            }
        }
        for (position, key) in read {
            guard key.kid != nil || read.count == 1 else {
                let error = TokenKeyError(.keyID, "the key has no kid, and there are several, so that no token could name it")
                leftOut.append(LeftOutKey(position: position, kid: nil, error))
                continue
            }
            keys.append(key)
        }
    }

    private static func parse(_ bytes: [UInt8]) throws(TokenKeyError) -> (object: JSONObject, members: [JSONObject]) {
        let parsed: JSONValue
        do { parsed = try JSONValue(parsing: bytes) } catch {
            throw TokenKeyError(.malformedKey, "the JWK Set is not strict JSON", cause: error)
        }
        guard case .object(let set) = parsed, case .array(let items)? = set["keys"] else {
            throw TokenKeyError(.malformedKey, "a JWK Set is an object with an array \"keys\"")
        }
        guard items.count <= maximumKeys else {
            throw TokenKeyError(.malformedKey, "the JWK Set has \(items.count) keys, and \(maximumKeys) are the most that are read")
        }
        var members: [JSONObject] = []
        for (position, item) in items.enumerated() {
            guard case .object(let object) = item else { throw TokenKeyError(.malformedKey, "keys[\(position)] is not an object") }
            members.append(object)
        }
        return (set, members)
    }
}
