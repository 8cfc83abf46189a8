package import GatehousePolicy
package import GatehouseTokens

extension IssuerConfiguration {
    /// What the policies say of an issuer, as the token engine takes it.
    /// - Parameters:
    ///   - root: the directory that relative paths of key files start from; the working directory unless told otherwise.
    ///   - published: what issuers that publish their keys were last found to publish.
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
            require: policy.require, leeway: Double(policy.leeway) / 1e9, maxLifetime: policy.maxLifetime.map { Double($0) / 1e9 },
            development: policy.development)
    }
}
