import Foundation
import GatehouseAudit
import Testing

@testable import Gatehouse

@Suite("A start behind an audit log that does not verify")
struct BrokenAuditTests {
    @Test("AUD-33: is refused, unless it is asked for, and then the log says so")
    func broken() async throws {
        var fixture = try StartFixture()
        defer { fixture.directory.remove() }
        #expect(try await fixture.refusal() == nil)
        let folder = fixture.directory.path("audit")
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first { $0.hasSuffix(".jsonl") })
        let text = try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
        let forged = text.replacingOccurrences(of: "node.drained", with: "node.drainee")
        #expect(forged != text)
        try Data(forged.utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
        let error = try #require(try await fixture.refusal())
        #expect(error.code == .audit && error.description.contains("--accept-broken-audit"))
        fixture.configuration.acceptsBrokenAudit = true
        #expect(try await fixture.refusal() == nil)
        let records = try fixture.directory.auditRecords()
        let recovered = records.last { $0["event"]?.stringValue == AuditEvent.auditRecovered.rawValue }
        #expect(recovered != nil, "\(records.compactMap { $0["event"]?.stringValue })")
    }
}
