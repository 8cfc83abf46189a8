import GatehousePolicy
import GatehouseTokens

extension IssuerPolicy {
    /// What the policies say of an issuer, as the token engine takes it; paths are relative to the working directory, as `serve` has them.
    func configuration() throws(TokenKeyError) -> IssuerConfiguration {
        let sources: [KeySource] =
            switch keys {
            case .jwksFile(let path): [.jwks(path: path)]
            case .pemFiles(let files): files.map { .pem(path: $0.path, kid: $0.kid) }
            case .secretFiles(let files): files.map { .secret(path: $0.path, kid: $0.kid) }
            }
        let known = try algorithms.map { text throws(TokenKeyError) in
            guard let algorithm = SigningAlgorithm(rawValue: text) else {
                throw TokenKeyError(.configuration, "issuer \(name): \(text) is not a signing algorithm that Gatehouse has")
            }
            return algorithm
        }
        return IssuerConfiguration(
            name: name, iss: iss, audience: audience, keys: sources, algorithms: known, typ: typ, require: require,
            leeway: Double(leeway) / 1e9, maxLifetime: maxLifetime.map { Double($0) / 1e9 }, development: development)
    }
}
