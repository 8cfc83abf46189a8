import GatehouseJSON
import GatehousePolicy
import GatehouseTesting
import Testing

@testable import Gatehouse
@testable import GatehouseModeration

@Suite("Verbs that the policies leave out")
struct LeftOutVerbTests {
    /// Those whose verbs stand in lists of the test's policies beside verbs of others. Approvals have a rule of their own.
    private static let families = AdminVerb.Family.allCases.filter { $0 != .approvals }

    @Test(
        "MOD-70: a family of verbs is switched off as one: one warning names them, the server runs, and nobody may use them",
        arguments: families)
    func family(_ family: AdminVerb.Family) async throws {
        let left = AdminVerb.allCases.filter { $0.family == family }
        try #require(!left.isEmpty)
        try await ActScript.with(policies: ActScript.policies(without: Set(left))) { server in
            let findings = server.runtime.policies.current.check(against: RouteCatalogue(mounted: server.runtime.mounted))
            #expect(findings.allSatisfy { $0.severity == .warning }, "\(findings)")
            let named = findings.filter { $0.message.contains("these events of moderation") }.map(\.message)
            #expect(
                named == ["no rule lets anybody use these events of moderation: " + left.map(\.rawValue).sorted().joined(separator: ", ")])
            let admin = try await ActScript.staff(server, "boss", "admin")
            for verb in left {
                let sample = try #require(ActScript.sample(verb))
                #expect(try await ActScript.act(admin, verb.rawValue, sample)["code"] == "forbidden", "\(verb)")
            }
            let other = try #require(AdminVerb.allCases.first { $0.kind == .read && $0.family != family && ActScript.sample($0) == [:] })
            #expect(try await ActScript.read(admin, other.rawValue)["code"] == nil, "\(other)")
        }
    }

    @Test("MOD-70: policies of before a verb was there let a server start, with one warning")
    func older() async throws {
        let left: Set<AdminVerb> = [.reportList, .reportClaim, .reportResolve]
        let fixture = try StartFixture(ActScript.policies(without: left))
        defer { fixture.directory.remove() }
        let lines = LogLines()
        let application = Application(fixture.configuration, logger: lines.logger)
            .mount(ScriptGateway<Root>()).mount(ScriptGateway<Side>()).mount(AdminGateway(store: .inMemory()))
        try await application.start().stop()
        let warnings = lines.all.filter { $0.contains("events of moderation") }
        #expect(warnings.count == 1 && warnings.allSatisfy { $0.contains("report.claim, report.list, report.resolve") }, "\(lines.all)")
    }
}
