/// An issuer's keys by kid.
struct KeyRing: Sendable {
    let all: [VerificationKey]
    private let byID: [[UInt8]: VerificationKey]
    /// The key of tokens that name none: there is one only if the issuer has one key (SEC-09).
    private let only: VerificationKey?
    let hasDevelopmentKey: Bool

    init(_ configuration: IssuerConfiguration) throws(TokenKeyError) {
        var keys: [VerificationKey] = []
        for source in configuration.keys { keys += try source.load(algorithms: configuration.algorithms) }
        guard !keys.isEmpty || configuration.keys.contains(where: \.isAwaited) else {
            throw TokenKeyError(.configuration, "it has no key that verifies signatures")
        }
        var byID: [[UInt8]: VerificationKey] = [:]
        for key in keys {
            let name = key.kid.map { "key \($0)" } ?? "the key without kid"
            guard configuration.algorithms.contains(key.algorithm) else {
                throw TokenKeyError(
                    .algorithmMismatch, "\(name) is for \(key.algorithm.rawValue), which is not among the issuer's algorithms")
            }
            guard configuration.development || !key.isDevelopment else {
                throw TokenKeyError(.configuration, "\(name) is a development key: set development, or use a key of your own")
            }
            guard let kid = key.kid else {
                guard keys.count == 1 else { throw TokenKeyError(.keyID, "of several keys each needs a kid") }
                continue
            }
            guard byID.updateValue(key, forKey: Array(kid.utf8)) == nil else {
                throw TokenKeyError(.keyID, "two keys have the kid \(kid)")
            }
        }
        all = keys
        self.byID = byID
        only = keys.count == 1 ? keys.first : nil
        hasDevelopmentKey = keys.contains(where: \.isDevelopment)
    }

    /// The key a token names, byte for byte.
    func key(named kid: String?) -> VerificationKey? {
        guard let kid else { return only }
        return byID[Array(kid.utf8)]
    }
}
