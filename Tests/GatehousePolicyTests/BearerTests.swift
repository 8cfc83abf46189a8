import GatehouseJSON
import GatehousePolicy
import Testing

@Suite("What connect rules say of a token alone")
struct BearerTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var connect: String
        var isAdmitted: Bool
        var mode = "enforce"
        var denied = ""
    }

    static let cases: [Case] = [
        Case(testDescription: "a role of the issuer", connect: "when: { issuer: corp, roles: { any_of: [admin] } }", isAdmitted: true),
        Case(testDescription: "another issuer", connect: "when: { issuer: partner }", isAdmitted: false),
        Case(testDescription: "another role", connect: "when: { issuer: corp, roles: { any_of: [auditor] } }", isAdmitted: false),
        Case(
            testDescription: "an address that it may have", connect: "when: { issuer: corp, ip: [\"10.0.0.0/8\"], transport: polling }",
            isAdmitted: true),
        Case(
            testDescription: "an authentication that it may have", connect: "when: { issuer: corp, auth: { max_age: 1h } }",
            isAdmitted: true),
        Case(
            testDescription: "an exception for an address", connect: "when: { issuer: corp }, unless: { ip: [\"127.0.0.0/8\"] }",
            isAdmitted: true),
        Case(
            testDescription: "an exception for its role", connect: "when: { issuer: corp }, unless: { roles: { any_of: [admin] } }",
            isAdmitted: false),
        Case(
            testDescription: "a deny of its role", connect: "when: { issuer: corp }", isAdmitted: false,
            denied: "{ id: c.no, when: { roles: { any_of: [admin] } } }"),
        Case(
            testDescription: "a deny of an address", connect: "when: { issuer: corp }", isAdmitted: true,
            denied: "{ id: c.no, when: { ip: [\"127.0.0.0/8\"] } }"),
        Case(
            testDescription: "a deny that cannot be told", connect: "when: { issuer: corp }", isAdmitted: false,
            denied: "{ id: c.no, when: { scopes: { any_of: [x] } } }"),
        Case(testDescription: "a mode that refuses nobody", connect: "when: { issuer: partner }", isAdmitted: false, mode: "report"),
        Case(testDescription: "a rule for those without a token", connect: "when: { anonymous: true }", isAdmitted: false),
    ]

    @Test("MOD-20: it counts whether some address, transport and time would let the bearer in", arguments: cases)
    func bearer(_ one: Case) throws {
        let global = globalText.replacing(
            "claims: {",
            with: """
                  partner:
                    iss: https://partner.example
                    audience: [gatehouse]
                    jwks_file: certs/partner.jwks.json
                    algorithms: [ES256]
                claims: {
                """)
        let deny = one.denied.isEmpty ? "" : "\n  deny:\n    - \(one.denied)"
        let bundle = try bundle("connect:\n  allow:\n    - { id: c, \(one.connect) }\(deny)", mode: one.mode, global: global)
        let policy = try #require(bundle.namespaces["/chat"])
        // The scope is of the wrong type: a rule that asks for it cannot be told.
        let subject = subject(roles: ["admin"], claims: ["scope": 1, "auth_time": 1], settings: bundle.global)
        #expect(policy.mayAdmit(bearer: subject) == one.isAdmitted)
    }

    @Test("MOD-20: nobody without a token is staff")
    func anonymousBearer() throws {
        let bundle = try bundle("connect:\n  allow:\n    - { id: c, when: { anonymous: true } }")
        #expect(try #require(bundle.namespaces["/chat"]).mayAdmit(bearer: anonymous()) == false)
    }
}
