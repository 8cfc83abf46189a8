/// An issuer's keys by kid.
struct KeyRing: Sendable {
    let all: [VerificationKey]
    private let byID: [[UInt8]: VerificationKey]
    /// The key for tokens without `kid`. It exists only if the issuer has exactly one key (SEC-09).
    private let only: VerificationKey?
    let hasDevelopmentKey: Bool
    /// Keys of its sets that cannot be used.
    let leftOut: [LeftOutKey]

    init(_ configuration: IssuerConfiguration) throws(TokenKeyError) {
        var keys: [VerificationKey] = []
        var leftOut: [LeftOutKey] = []
        for source in configuration.keys {
            let loaded = try source.load(algorithms: configuration.algorithms)
            keys += loaded.keys
            leftOut += loaded.leftOut
        }
        guard !keys.isEmpty || configuration.keys.contains(where: \.isAwaited) else {
            let why = leftOut.prefix(4).map { "; the key \($0.name) is left out: \($0.message)" }.joined()
            throw TokenKeyError(leftOut.count == 1 ? leftOut[0].reason : .configuration, "it has no key that verifies signatures\(why)")
        }
        for index in leftOut.indices { leftOut[index].issuer = configuration.name }
        self.leftOut = leftOut
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
