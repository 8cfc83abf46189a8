import GatehouseAudit
import GatehouseJSON
import GatehouseNetwork
import Testing

@Suite("Records of class B beyond an actor's rate")
struct ActorFoldTests {
    @Test("AUD-13: they are folded with their number, and say of their targets what is true of all")
    func folded() throws {
        let test = try TestLog { $0.actorBytesPerSecond = 4_096 }
        let actor = AuditActor(subject: "u", ip: ClientAddress(IPAddress("192.0.2.1")))
        var outcomes: [AuditAdmission.Outcome] = []
        for number in 0..<1_000 {
            let target = AuditTarget(namespace: "/chat", room: "room\(number)")
            outcomes.append(test.log.record(AuditRecord(.roomJoined, actor: actor, target: target)).outcome)
        }
        #expect(outcomes.first == .queued && outcomes.last == .folded)
        #expect(test.log.record(AuditRecord(.roomJoined, actor: AuditActor(subject: "other"))).outcome == .queued)
        try test.close()
        let records = test.directory.records.filter { $0["event"] == "room.joined" && $0["actor"]?.objectValue?["sub"] == "u" }
        #expect(records.reduce(Int64(0)) { $0 + ($1["count"]?.integerValue ?? 0) } == 1_000)
        #expect(records.count < 30)
        let summary = try #require(records.last)
        #expect((summary["count"]?.integerValue ?? 0) > 900)
        #expect(summary["target"]?.objectValue?["ns"] == "/chat" && summary["target"]?.objectValue?["room"] == nil)
    }
}
