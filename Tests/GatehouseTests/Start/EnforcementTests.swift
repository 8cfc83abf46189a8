import GatehousePolicy
import Testing

@testable import Gatehouse

@Suite("Settings that nothing enforces")
struct EnforcementTests {
    @Test(
        "POL-20: keep a server from starting, with their place",
        arguments: [
            (
                "{ id: send.any, event: \"**\", scope: { rooms_claim: /mod_rooms } }", "",
                "root.yaml:17:7: error: 'scope.rooms_claim' of the rule 'send.any' is for the events of staff, in the policy of /admin; nothing enforces it here: remove it"
            ),
            (
                "{ id: send.any, event: \"**\" }", "  approvals: [{ event: [say] }]",
                "root.yaml:18:15: error: 'send.approvals' (four eyes) is for the events of staff, in the policy of /admin; nothing enforces it here: remove it"
            ),
        ])
    func refused(_ rule: String, _ approvals: String, _ text: String) async throws {
        let edits = approvals.isEmpty ? [] : [("\nreceive:", "\n\(approvals)\nreceive:")]
        let fixture = try StartFixture(TestPolicies().allowing(send: rule), edits: edits)
        defer { fixture.directory.remove() }
        let error = try #require(try await fixture.refusal())
        #expect(error.code == .policy)
        #expect((error.cause as? PolicyErrors)?.errors.map(\.description) == [text + " [not_supported]"])
    }

    @Test("POL-12: rates and limits for addresses are enforced, so they keep nobody from starting")
    func accepted() async throws {
        let rule = "{ id: send.any, event: \"**\", rate: { ip: 5/s burst 10 } }"
        let more = "limits: { ip: { connects: 5/s burst 20, failed_auth: 5/m burst 5 } }"
        let fixture = try StartFixture(TestPolicies().allowing(send: rule, more: more))
        defer { fixture.directory.remove() }
        #expect(try await fixture.refusal() == nil)
    }
}
