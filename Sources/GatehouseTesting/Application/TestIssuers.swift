import Gatehouse
import GatehouseJSON
import GatehousePolicy
import GatehouseTokens

/// The issuers of the policies, with keys for one run. The server reads the key sets that are written here, so their tokens are real.
struct TestIssuers: Sendable {
    private let settings: GlobalSettings
    /// By the issuer's name.
    private let keys: [String: SigningKey]

    /// - Throws: ``TestApplicationError`` for an issuer whose keys are not in a file that can be put into the temporary directory.
    init(_ settings: GlobalSettings) throws(TestApplicationError) {
        self.settings = settings
        var made: [KeyPlace: SigningKey] = [:]
        var keys: [String: SigningKey] = [:]
        for issuer in settings.issuers {
            // Issuers may share a file; then they share the key.
            let place = try Self.place(of: issuer)
            let key = if let key = made[place] { key } else { try Self.makeKey(place.algorithm) }
            made[place] = key
            keys[issuer.name] = key
        }
        self.keys = keys
    }

    /// Writes the key sets where the policies say that they are.
    func writeKeySets(to directory: TemporaryDirectory) throws(TestApplicationError) {
        var sets: [String: [String: JSONValue]] = [:]
        for issuer in settings.issuers {
            guard case .jwksFile(let path) = issuer.keys, let key = keys[issuer.name] else { continue }
            do {
                sets[path, default: [:]][key.algorithm.rawValue] = .object(try key.verificationKey.publicJWK())
            } catch {
                throw TestApplicationError(.files, "the key set of the issuer \(issuer.name) cannot be made", cause: error)
            }
        }
        for (path, set) in sets {
            let text = JSONValue.object(["keys": .array(Array(set.values))]).serialized
            try directory.write(Array(text.utf8), to: path)
        }
    }

    /// A token by the rules of its issuer.
    /// - Parameter issuedAt: seconds since 1970.
    func token(
        _ subject: String, issuer name: String?, roles: [String], scopes: [String], claims: JSONObject, lifetime: Int64?, issuedAt: Int64
    ) throws(TestApplicationError) -> String {
        let issuer = try issuer(name)
        guard let key = keys[issuer.name] else { throw TestApplicationError(.token, "the issuer \(issuer.name) has no key") }
        var claims = claims
        if !roles.isEmpty { try claims.put(.array(roles.map { .string($0) }), at: settings.rolesClaim(of: issuer.name), "roles") }
        if !scopes.isEmpty { try claims.put(.string(scopes.joined(separator: " ")), at: settings.scopesClaim(of: issuer.name), "scopes") }
        try Self.complete(&claims, for: issuer, issuedAt: issuedAt)
        let longest = issuer.maxLifetime.map { $0 / 1_000_000_000 } ?? .max
        var request = TokenRequest(subject: subject, clientID: "tests", lifetime: lifetime ?? min(3_600, longest), claims: claims)
        request.complete(for: issuer)
        do {
            return try TokenIssuer(key: key, iss: issuer.iss, audience: issuer.audience, typ: issuer.typ.first ?? "at+jwt")
                .issue(request, now: issuedAt).text
        } catch {
            throw TestApplicationError(.token, "no token can be made for \(subject)", cause: error)
        }
    }

    private func issuer(_ name: String?) throws(TestApplicationError) -> IssuerPolicy {
        let issuers = settings.issuers
        guard let issuer = name.map({ name in issuers.first { $0.name == name } }) ?? issuers.first else {
            let known = issuers.map(\.name).joined(separator: ", ")
            throw TestApplicationError(.token, "the policies have no issuer \(name ?? "at all"); they have: \(known)")
        }
        return issuer
    }

    /// Adds the claims that the issuer requires and whose value follows from the others. One that is given as `null` stays so.
    private static func complete(_ claims: inout JSONObject, for issuer: IssuerPolicy, issuedAt: Int64) throws(TestApplicationError) {
        for name in issuer.require where !claims.keys.contains(name) {
            switch name {
            case "iss", "sub", "aud", "exp", "iat", "jti", "client_id": break
            case "auth_time", "nbf": claims[name] = .integer(issuedAt)
            default:
                throw TestApplicationError(
                    .token, "tokens of the issuer \(issuer.name) need the claim \(name): give it, as in claims: [\"\(name)\": …]")
            }
        }
    }

    private struct KeyPlace: Hashable {
        var path: String
        var algorithm: SigningAlgorithm
    }

    /// ES256 where the issuer takes it, as its keys are made in no time.
    private static func place(of issuer: IssuerPolicy) throws(TestApplicationError) -> KeyPlace {
        func unusable(_ why: String) -> TestApplicationError {
            TestApplicationError(
                .issuerUnusable,
                "the issuer \(issuer.name) \(why), where no key of the test's can be put: test with a _global.yaml in which it has a "
                    + "'jwks_file' with a relative path and its 'algorithms' are not HS256, HS384 or HS512, as in "
                    + ".directory(\"policies\", replacing: [\"_global.yaml\": text])")
        }
        switch issuer.keys {
        case .jwksURL: throw unusable("fetches its keys from a jwks_url")
        case .pemFiles: throw unusable("takes its keys from pem_files")
        case .secretFiles: throw unusable("takes its keys from secret_files")
        case .jwksFile(let path):
            guard !path.hasPrefix("/") else { throw unusable("has its jwks_file at the absolute path \(path)") }
            let algorithms = issuer.algorithms.compactMap { SigningAlgorithm(rawValue: $0) }.filter { $0.family != .hmac }
            guard let algorithm = algorithms.first(where: { $0 == .es256 }) ?? algorithms.first else {
                throw unusable("has HMAC secrets in its jwks_file")
            }
            return KeyPlace(path: path, algorithm: algorithm)
        }
    }

    private static func makeKey(_ algorithm: SigningAlgorithm) throws(TestApplicationError) -> SigningKey {
        do {
            return try SigningKey(
                pem: KeyPair.privatePEM(for: algorithm), algorithm: algorithm, kid: "test-\(algorithm.rawValue.lowercased())")
        } catch {
            throw TestApplicationError(.files, "no key can be made for \(algorithm.rawValue)", cause: error)
        }
    }
}

extension JSONObject {
    /// Puts a value where the policies look for it.
    fileprivate mutating func put(_ value: JSONValue, at pointer: JSONPointer?, _ what: String) throws(TestApplicationError) {
        guard let pointer else {
            throw TestApplicationError(.token, "\(what) have no place in a token: _global.yaml has no claims.\(what)")
        }
        guard put(value, at: pointer.tokens[...]) else {
            throw TestApplicationError(.token, "\(what) belong at \(pointer), and another claim is in the way there")
        }
    }

    /// Makes the objects on the way. False if what is on the way is no object.
    private mutating func put(_ value: JSONValue, at path: ArraySlice<String>) -> Bool {
        guard let first = path.first else { return false }
        guard path.count > 1 else {
            self[first] = value
            return true
        }
        var inner = JSONObject()
        if let present = self[first] {
            guard case .object(let object) = present else { return false }
            inner = object
        }
        guard inner.put(value, at: path.dropFirst()) else { return false }
        self[first] = .object(inner)
        return true
    }
}
