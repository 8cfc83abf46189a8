internal import GatehouseJSON

/// An ES256 key pair for development, marked as such in both of its files: the private key for `gatehouse token issue`, the public JWK Set
/// for the server.
package struct DevelopmentTokenKey: Sendable {
    package static let privateFileName = "dev-token.key.pem"
    package static let publicFileName = "dev-token.jwks.json"

    /// The private key's file, mode 0600.
    package let privateKeyPath: String
    /// The JWK Set's file, mode 0644.
    package let jwksPath: String
    package let kid: String
    package let signingKey: SigningKey

    /// Makes a new pair in `directory`, which must exist. Files that are there already are never overwritten: they are an error, and
    /// then nothing is changed.
    package static func create(in directory: String) throws(TokenKeyError) -> DevelopmentTokenKey {
        let paths = paths(in: directory)
        for path in [paths.privateKey, paths.jwks] { try NewFile.requireAbsent(path) }
        let pair = try KeyPair.privatePEM(for: .es256)
        let comment = Array((KeyText.developmentMark + "\n").utf8)
        guard let pem = unsafe pair.withBytes({ unsafe SecretBytes(comment + Array($0)) }) else {
            throw TokenKeyError(.library, "the key cannot be held in memory")
        }
        let kid = try VerificationKey(pem: pem, algorithm: .es256, kid: nil).thumbprint()
        let signingKey = try SigningKey(pem: pem, algorithm: .es256, kid: kid)
        let set: JSONValue = [
            "comment": .string("development key: never use it in production"),
            KeyText.developmentMember: true,
            "keys": [.object(try signingKey.verificationKey.publicJWK())],
        ]
        try unsafe pem.withBytes { (bytes) throws(TokenKeyError) in try unsafe NewFile.write(bytes, to: paths.privateKey, mode: 0o600) }
        let text = Array((set.serialized + "\n").utf8)
        do throws(TokenKeyError) {
            try unsafe text.withUnsafeBufferPointer { (bytes) throws(TokenKeyError) in
                try unsafe NewFile.write(bytes, to: paths.jwks, mode: 0o644)
            }
        } catch {
            // Half a pair is worse than none: the next attempt would find the private key and stop.
            NewFile.remove(paths.privateKey)
            throw error
        }
        return DevelopmentTokenKey(privateKeyPath: paths.privateKey, jwksPath: paths.jwks, kid: kid, signingKey: signingKey)
    }

    /// Loads the pair of `directory`, and refuses one that has lost its mark.
    package static func load(from directory: String) throws(TokenKeyError) -> DevelopmentTokenKey {
        let paths = paths(in: directory)
        let published = try JWKSet(file: paths.jwks, algorithms: [.es256]).keys
        guard published.count == 1, let publicKey = published.first, let kid = publicKey.kid, publicKey.isDevelopment else {
            throw TokenKeyError(.malformedKey, "\(paths.jwks) is not the JWK Set of one marked development key")
        }
        let signingKey = try SigningKey(file: paths.privateKey, algorithm: .es256, kid: kid)
        guard signingKey.isDevelopment else {
            throw TokenKeyError(.malformedKey, "\(paths.privateKey) lacks the line that marks a development key")
        }
        guard try signingKey.verificationKey.thumbprint() == publicKey.thumbprint() else {
            throw TokenKeyError(.keyID, "\(paths.privateKey) and \(paths.jwks) are not one pair: remove both and make a new one")
        }
        return DevelopmentTokenKey(privateKeyPath: paths.privateKey, jwksPath: paths.jwks, kid: kid, signingKey: signingKey)
    }

    private static func paths(in directory: String) -> (privateKey: String, jwks: String) {
        (directory + "/" + privateFileName, directory + "/" + publicFileName)
    }
}
