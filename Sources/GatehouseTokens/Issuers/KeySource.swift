package import GatehouseFiles

/// Where an issuer's keys come from.
package enum KeySource: Sendable {
    /// A PEM file with a public or private key. `algorithm` may be nil if the issuer has one algorithm only.
    case pem(path: String, algorithm: SigningAlgorithm? = nil, kid: String? = nil)
    /// A file whose bytes are an HMAC secret.
    case secret(path: String, algorithm: SigningAlgorithm? = nil, kid: String? = nil)
    /// A JWK Set file, with as many keys as it holds.
    case jwks(path: String)
    /// The last fetched text of a JWK Set that the issuer publishes; nil before the first fetch. Until then the issuer has no key, and all
    /// of its tokens are refused.
    case published(set: [UInt8]?)
    /// A key loaded already.
    case key(VerificationKey)

    /// The file it is read from.
    package var path: String? {
        switch self {
        case .pem(let path, _, _), .secret(let path, _, _), .jwks(let path): path
        case .published, .key: nil
        }
    }

    /// Who else could change its file, or read the secret in it. None for a file that is not there.
    package func findings(_ files: TrustedFiles) -> [TrustFinding] {
        switch self {
        case .jwks(let path): files.findings(path, as: .file)
        case .secret(let path, _, _): files.findings(path, as: .secret)
        case .pem(let path, _, _): files.findings(path, as: KeyFile.holdsPrivateKey(path) ? .secret : .file)
        case .published, .key: []
        }
    }

    /// Whether its keys are still to come.
    var isAwaited: Bool {
        if case .published(nil) = self { true } else { false }
    }

    /// The keys, and those of a set that cannot be used.
    func load(algorithms: [SigningAlgorithm]) throws(TokenKeyError) -> (keys: [VerificationKey], leftOut: [LeftOutKey]) {
        func of(_ set: JWKSet) -> (keys: [VerificationKey], leftOut: [LeftOutKey]) { (set.keys, set.leftOut) }
        return switch self {
        case .pem(let path, let algorithm, let kid):
            ([try .pem(file: path, algorithm: Self.pinned(algorithm, algorithms, path), kid: kid)], [])
        case .secret(let path, let algorithm, let kid):
            ([try .secret(file: path, algorithm: Self.pinned(algorithm, algorithms, path), kid: kid)], [])
        case .jwks(let path): of(try JWKSet(file: path, algorithms: algorithms))
        case .published(.some(let set)): of(try JWKSet(published: set, algorithms: algorithms))
        case .published(nil): ([], [])
        case .key(let key): ([key], [])
        }
    }

    private static func pinned(
        _ algorithm: SigningAlgorithm?, _ algorithms: [SigningAlgorithm], _ path: String
    ) throws(TokenKeyError) -> SigningAlgorithm {
        if let algorithm { return algorithm }
        guard algorithms.count == 1, let only = algorithms.first else {
            throw TokenKeyError(.configuration, "\(path) needs an algorithm of its own, since its issuer has several")
        }
        return only
    }
}
