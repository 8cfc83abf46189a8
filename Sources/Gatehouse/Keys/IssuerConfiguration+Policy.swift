package import GatehousePolicy
package import GatehouseTokens

extension IssuerConfiguration {
    /// An issuer of the policies in the form of the token engine.
    /// - Parameters:
    ///   - root: the directory that relative paths of key files start from; the working directory unless told otherwise.
    ///   - published: the key sets that issuers last published.
    /// - Throws: `TokenKeyError` for an algorithm that Gatehouse does not have.
    package init(_ policy: IssuerPolicy, root: String = ".", published: [KeySetAddress: [UInt8]] = [:]) throws(TokenKeyError) {
        func resolve(_ path: String) -> String { path.hasPrefix("/") || root == "." ? path : root + "/" + path }
        let keys: [KeySource] =
            switch policy.keys {
            case .jwksFile(let path): [.jwks(path: resolve(path))]
            case .jwksURL: [.published(set: policy.publishedKeys.flatMap { published[$0] })]
            case .pemFiles(let files): files.map { .pem(path: resolve($0.path), kid: $0.kid) }
            case .secretFiles(let files): files.map { .secret(path: resolve($0.path), kid: $0.kid) }
            }
        let algorithms = try policy.algorithms.map { name throws(TokenKeyError) in
            guard let algorithm = SigningAlgorithm(rawValue: name) else {
                throw TokenKeyError(.configuration, "issuer \(policy.name): \(name) is not a signing algorithm that Gatehouse has")
            }
            return algorithm
        }
        self.init(
            name: policy.name, iss: policy.iss, audience: policy.audience, keys: keys, algorithms: algorithms, typ: policy.typ,
            allowsMissingType: policy.missingType == .allow, allowsIDTokens: policy.idTokens == .allow, require: policy.require,
            requiredValues: policy.requiredValues.map { RequiredValue(name: $0.name, pointer: $0.pointer, values: $0.values) },
            leeway: Double(policy.leeway) / 1e9, maxLifetime: policy.maxLifetime.map { Double($0) / 1e9 },
            development: policy.development)
    }
}
