import GatehousePolicy
import Logging
import Testing

@testable import Gatehouse

@Suite("What a start asks of the policies")
struct PolicyStartTests {
    private func fixture(_ policies: TestPolicies = TestPolicies().allowing(), expecting effect: String? = nil) throws -> StartFixture {
        let fixture = try StartFixture(policies)
        guard let effect else { return fixture }
        try fixture.directory.write(
            """
            apiVersion: gatehouse/v1
            kind: PolicyTest
            suite: root
            cases:
              - { name: users send, as: { iss: corp, sub: u }, do: { send: now }, expect: { effect: \(effect) } }

            """, to: "policies/tests/root.test.yaml")
        return fixture
    }

    @Test("POL-40: policies whose own tests fail keep a server from starting, as they keep a running one from taking them")
    func failingTest() async throws {
        let fixture = try fixture(expecting: "deny")
        defer { fixture.directory.remove() }
        let error = try #require(try await fixture.refusal())
        #expect(error.code == .policy)
        #expect(
            (error.cause as? PolicyErrors)?.errors.map(\.description) == [
                "tests/root.test.yaml:5:5: error: test 'root: users send' fails: expected effect deny; got allow (allow_rule) by root.send, "
                    + "generation 1 [test]"
            ])
    }

    @Test("POL-40: policies whose tests pass, or that have none, are started with", arguments: ["allow", nil])
    func passing(_ effect: String?) async throws {
        let fixture = try fixture(expecting: effect)
        defer { fixture.directory.remove() }
        #expect(try await fixture.refusal() == nil)
    }

    private func warnings(_ lines: LogLines) -> [String] { lines.all.filter { $0.contains("policies/root.yaml:") } }

    @Test("what policy check warns of is told in the log, a line each, at the start and when the policies change")
    func warned() async throws {
        var policies = TestPolicies().allowing(mode: "report")
        let fixture = try fixture(policies)
        defer { fixture.directory.remove() }
        let lines = LogLines()
        let server = try await fixture.start(.init(), logger: Logger(label: "test") { _ in lines.handler })
        let started = warnings(lines)
        #expect(started.count > 1 && started.allSatisfy { $0.hasPrefix("warning \(fixture.configuration.policies)/root.yaml:") })
        #expect(started.filter { $0.hasSuffix("mode report and refuses nobody: write enforce when its records look right") }.count == 1)
        policies.replace("revision: 1", with: "revision: 2", in: "root.yaml")
        try fixture.directory.write(policies)
        try await #require(server.runtime.policyReload).reload(by: .hangUp)
        #expect(warnings(lines) == started + started)
        try await server.stopLeavingNothing()
    }
}
