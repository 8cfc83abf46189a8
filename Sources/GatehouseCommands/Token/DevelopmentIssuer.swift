import Gatehouse
import GatehousePolicy
import GatehouseTokens

/// An issuer of the policies, with the key that makes tokens for it.
struct DevelopmentIssuer {
    let issuer: IssuerPolicy
    let settings: GlobalSettings
    let keyPath: String

    init(named name: String, bundle: PolicyBundle, keyPath: String) throws(CommandFailure) {
        guard let issuer = bundle.global.issuers.first(where: { $0.name == name }) else {
            let known = bundle.global.issuers.map(\.name).joined(separator: ", ")
            throw CommandFailure(.refused, "the policies have no issuer \(name): there are \(known)")
        }
        self.issuer = issuer
        self.keyPath = keyPath
        settings = bundle.global
    }

    /// A token, signed at the time `now`.
    func issue(
        subject: String, roles: [String], scope: String?, claims: [String] = [], audience: [String] = [], lifetime: Int64, now: Int64
    ) throws(CommandFailure) -> String {
        var object = try TokenClaims(roles: roles, scope: scope, issuer: issuer.name, settings: settings)
        for claim in claims { try object.add(claim) }
        var request = TokenRequest(subject: subject, clientID: "gatehouse-cli", lifetime: lifetime, claims: object.object)
        request.complete(for: issuer)
        do {
            let key = try signingKey()
            let issuer = try TokenIssuer(
                key: key, iss: issuer.iss, audience: audience.isEmpty ? issuer.audience : audience, typ: issuer.typ.first ?? "at+jwt")
            return try issuer.issue(request, now: now).text
        } catch let error as TokenKeyError {
            throw CommandFailure(.badFiles, ErrorText.of(error) + hint(error))
        } catch {
            throw CommandFailure(.badFiles, ErrorText.of(error))
        }
    }

    private func signingKey() throws -> SigningKey {
        let key = try SigningKey(file: keyPath, algorithm: pinned, kid: nil)
        // A development key is published under its thumbprint.
        guard key.isDevelopment else { return key }
        return try SigningKey(file: keyPath, algorithm: key.algorithm, kid: try key.verificationKey.thumbprint())
    }

    private var pinned: SigningAlgorithm? {
        issuer.algorithms.count == 1 ? issuer.algorithms.first.flatMap { SigningAlgorithm(rawValue: $0) } : nil
    }

    private func hint(_ error: TokenKeyError) -> String {
        guard error.code == .fileUnreadable, !InputFile.exists(keyPath) else { return "" }
        return "\nThe development key is made by the first `\(Program.name) serve`, or by `\(Program.name) certs init`."
    }
}
