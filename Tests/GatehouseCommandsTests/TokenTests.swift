import Foundation
import Gatehouse
import GatehouseJSON
import GatehousePolicy
import GatehouseTokens
import Testing

@testable import GatehouseCommands

@Suite("Tokens on the command line")
struct TokenTests {
    private static let now = Int64(Date().timeIntervalSince1970)

    private func issuer(_ directory: ScratchDirectory, _ bundle: PolicyBundle) throws -> DevelopmentIssuer {
        try DevelopmentIssuer(named: "dev", bundle: bundle, keyPath: DevelopmentFiles(directory: directory.path).tokenKey)
    }

    @Test("A token issued with the development key passes the server's verifier, with its roles and scopes where the policies look")
    func roundTrip() throws {
        let directory = try ScratchDirectory()
        let files = DevelopmentFiles(directory: directory.path)
        _ = try files.makeTokenKey()
        let bundle = try TestPolicies.bundle(keys: files.tokenKeySet, roles: "/realm_access/roles")
        let token = try issuer(directory, bundle).issue(
            subject: "alice", roles: ["user", "moderator"], scope: "a b", claims: [#"tenant="acme""#, "level=3"], lifetime: 60,
            now: Self.now)
        let verified = try TokenVerifier(bundle.global.issuers.map { try IssuerConfiguration($0) }).verify(token, now: Double(Self.now))
        #expect(verified.issuer == "dev" && verified.sub == "alice" && verified.exp == Double(Self.now + 60))
        #expect(verified.claims["realm_access"]?["roles"] == ["user", "moderator"])
        #expect(verified.claims["scope"] == "a b" && verified.claims["tenant"] == "acme" && verified.claims["level"] == 3)
    }

    @Test("A token for another audience is issued as asked, and refused")
    func audience() throws {
        let directory = try ScratchDirectory()
        let files = DevelopmentFiles(directory: directory.path)
        _ = try files.makeTokenKey()
        let bundle = try TestPolicies.bundle(keys: files.tokenKeySet)
        let token = try issuer(directory, bundle).issue(
            subject: "alice", roles: [], scope: nil, audience: ["other"], lifetime: 60, now: Self.now)
        let verifier = try TokenVerifier(bundle.global.issuers.map { try IssuerConfiguration($0) })
        #expect { try verifier.verify(token, now: Double(Self.now)) } throws: { ($0 as? TokenRefusal)?.reason == .audience }
    }

    @Test("A missing key says how one is made")
    func missingKey() throws {
        let failure = #expect(throws: CommandFailure.self) {
            try issuer(try ScratchDirectory(), try TestPolicies.bundle()).issue(
                subject: "a", roles: [], scope: nil, lifetime: 60, now: Self.now)
        }
        #expect(failure?.status == .badFiles)
        #expect(failure?.message.contains("gatehouse serve") == true)
    }

    @Test("An issuer that the policies do not have is refused with those that they have")
    func unknownIssuer() throws {
        let failure = #expect(throws: CommandFailure.self) {
            try DevelopmentIssuer(named: "corp", bundle: try TestPolicies.bundle(), keyPath: "k")
        }
        #expect(failure?.status == .refused && failure?.message.contains("dev") == true)
    }

    @Test(
        "A claim is name=json, once",
        arguments: [["tenant"], ["=1"], ["tenant=acme"], ["a=1", "a=2"], ["roles=[]"], ["a={\"b\":1,\"b\":2}"]])
    func badClaims(_ arguments: [String]) throws {
        var claims = try TokenClaims(roles: ["user"], scope: nil, issuer: "dev", settings: try TestPolicies.bundle().global)
        #expect(throws: CommandFailure.self) { for argument in arguments { try claims.add(argument) } }
    }

    @Test("SEC-48: inspect says first of all that nothing was verified, and shows no raw control characters")
    func inspect() throws {
        let directory = try ScratchDirectory()
        let files = DevelopmentFiles(directory: directory.path)
        _ = try files.makeTokenKey()
        let token = try issuer(directory, try TestPolicies.bundle(keys: files.tokenKeySet)).issue(
            subject: "al\u{202E}ice", roles: ["user"], scope: nil, lifetime: 60, now: Self.now)
        let lines = TokenInspectCommand.lines(try TokenInspection(token, now: Double(Self.now)))
        #expect(lines.first?.hasPrefix("NOT VERIFIED") == true)
        #expect(lines.contains(#"  sub: "al\u202eice""#))
        #expect(lines.contains { $0.hasPrefix("exp ") && $0.hasSuffix("in 1 min") })
    }

    @Test(
        "token verify names the check that fails, with what the token says there and what the policies ask for",
        arguments: [
            ("audience: [gatehouse]", "audience: [shop]", ["(aud)", "aud: \"gatehouse\"", "audience: [shop]"]),
            ("typ: [at+jwt]", "typ: [JWT]", ["(typ)", "typ: \"at+jwt\"", "typ: [JWT]"]),
            ("require: [exp", "require: [tenant, exp", ["(missing_claim:tenant)", "tenant: not there", "require: [tenant, exp"]),
            (
                "audience: [gatehouse]", "audience: [gatehouse]\n    require_values: { client_id: web }",
                ["(claim_value:client_id)", "client_id: \"gatehouse-cli\"", "require_values: { client_id: [\"web\"] }"]
            ),
            ("audience: [gatehouse]", "audience: [gatehouse]\n    max_lifetime: 10s", ["(lifetime)", "iat: ", "max_lifetime: 10s"]),
            (
                "iss: https://dev.gatehouse.invalid", "iss: https://other.invalid",
                ["(unknown_issuer)", "iss: \"https://dev", "https://other.invalid"]
            ),
        ])
    func explained(old: String, new: String, parts: [String]) throws {
        let directory = try ScratchDirectory()
        let files = DevelopmentFiles(directory: directory.path)
        _ = try files.makeTokenKey()
        let token = try issuer(directory, try TestPolicies.bundle(keys: files.tokenKeySet)).issue(
            subject: "alice", roles: ["user"], scope: nil, lifetime: 60, now: Self.now)
        let bundle = try TestPolicies.bundle(keys: files.tokenKeySet, edit: (old, new))
        let verifier = CurrentTokenVerifier(try TokenVerifier(bundle.global.issuers.map { try IssuerConfiguration($0) }))
        let failure = #expect(throws: CommandFailure.self) {
            _ = try TokenVerifyCommand.lines(token, verifier, bundle.global.issuers, now: Self.now)
        }
        for part in parts { #expect(failure?.message.contains(part) == true, "\(failure?.message ?? "") lacks \(part)") }
        #expect(failure?.message.contains("the token says:") == true && failure?.status == .refused)
    }
}
