#if Redis
    import GatehouseAudit
    import GatehouseJSON
    import GatehouseTestSupport
    import GatehouseTesting
    import Testing

    @testable import Gatehouse

    @Suite("CLU-26: the audit logs of several nodes", .timeLimit(.minutes(1)))
    struct CrossNodeAuditTests {
        @Test("An act has its counterpart in the other log; one without is found")
        func counterparts() async throws {
            try await Cluster().two { one, two in
                let boss = try await Cluster.staff(one)
                let id = Cluster.id()
                try await Cluster.act(boss, "user.mute", ["user": Cluster.user("bob"), "duration_s": 60], id: id)
                try await eventually("bob is muted") { two.server.runtime.restrictions.current.mutes.count == 1 }
                let applied = try await two.auditRecords("admin.user.mute")
                #expect(applied.count == 1)
                #expect(applied.first?["node"] == "two")
                #expect(applied.first?["detail"]?["by_node"] == "one")
                #expect(applied.first?["req"]?.stringValue == id)
                let directories = [one, two].map { $0.directory + "/audit" }
                let acts = try CrossNodeActs(directories: directories)
                #expect(acts.acts == 1)
                #expect(acts.findings.isEmpty, "\(acts.findings)")
                // An act that node one never made.
                two.server.runtime.audit.record(
                    AuditRecord(
                        .adminUserMute, actor: AuditActor(issuer: "test", subject: "boss"),
                        detail: ["stage": "applied", "by_node": "one"], request: ULIDGenerator.shared.next()))
                _ = try await two.auditRecords("admin.user.mute")
                #expect(try CrossNodeActs(directories: directories).findings.count == 1)
            }
        }
    }
#endif
