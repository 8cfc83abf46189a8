#if Redis
    import Foundation
    import GatehouseJSON
    import GatehousePolicy
    import GatehouseTestSupport
    import GatehouseTesting
    import NIOCore
    import SocketIO
    import Testing

    @testable import Gatehouse
    @testable import GatehouseModeration

    /// CLU-25: several servers over one real Redis, which read their policies when they are asked alone.
    @Suite("All nodes take new policies, or none", .timeLimit(.minutes(3)))
    struct ClusterReloadTests {
        private static func hall(_ revision: Int, _ condition: String = "") -> String {
            """
            apiVersion: gatehouse/v1
            kind: NamespacePolicy
            namespace: /hall
            revision: \(revision)
            transports: [websocket]
            origin: { allow_missing: true }
            connect: { allow: [{ id: hall.open, when: { issuer: test } }] }
            rooms: { join: { allow: [{ id: hall.join, room: "**" }] } }
            send: { allow: [{ id: hall.send, event: "**"\(condition) }] }
            receive: { allow: [{ id: hall.said, event: "**" }] }

            """
        }

        private static let admin = """
            apiVersion: gatehouse/v1
            kind: NamespacePolicy
            namespace: /admin
            revision: 1
            transports: [websocket]
            origin: { allow_missing: true }
            connect: { allow: [{ id: admin.open, when: { roles: { any_of: [admin] } } }] }
            send: { allow: [{ id: admin.send, event: "**" }] }
            receive: { allow: [{ id: admin.hear, event: "**" }] }

            """

        private func nodes(
            hasKey: Bool = false, _ body: (TestApplication, TestApplication, TestApplication, SocketIOClient) async throws -> Void
        ) async throws {
            var cluster = try await Cluster()
            if hasKey { cluster.key = String(repeating: "k", count: 32) }
            cluster.policies = .files(["hall.yaml": Self.hall(1), "admin.yaml": Self.admin])
            try await cluster.two { one, two in
                try await cluster.node("three") { three in
                    try await eventually("all names") {
                        [one, two, three].allSatisfy { $0.server.runtime.cluster?.status.nodes.count == 3 }
                    }
                    try await body(one, two, three, try await Cluster.staff(one))
                }
            }
        }

        private func write(_ text: String, _ apps: TestApplication...) throws {
            for app in apps {
                try Data(text.utf8).write(to: URL(fileURLWithPath: app.directory + "/policies/hall.yaml"))
            }
        }

        private func generations(_ apps: TestApplication...) -> [UInt64] { apps.map { $0.server.runtime.policies.current.generation } }

        private func stages(_ app: TestApplication) async throws -> [String] {
            try await app.auditRecords().compactMap { record in
                guard let event = record["event"]?.stringValue, event.hasPrefix("policy.") else { return nil }
                return "\(event) \(record["detail"]?["by"]?.stringValue ?? "-") \(record["detail"]?["by_node"]?.stringValue ?? "-")"
            }
        }

        @Test("All have the same good files: they are in force everywhere, under one generation", arguments: [false, true])
        func together(hasKey: Bool) async throws {
            try await nodes(hasKey: hasKey) { one, two, three, boss in
                // The numbers of the nodes differ before.
                try write(Self.hall(2), two)
                _ = try await two.server.runtime.policyReload?.reload(by: .hangUp)
                #expect(generations(one, two, three) == [1, 2, 1])
                let guest = try await three.join("/hall", as: "guest")
                #expect(try await guest.emitWithAck("say", ["x"]) == ["said"])
                try write(Self.hall(3, ", when: { roles: { any_of: [staff] } }"), one, two, three)
                let answer = try await Cluster.act(boss, "policy.reload", ["cluster": true])
                #expect(answer["generation"] == 3 && answer["changed"] == true, "\(answer.serialized)")
                let others = answer["nodes"]?.arrayValue?.compactMap { $0["node"]?.stringValue }.sorted()
                #expect(others == ["three", "two"], "\(answer.serialized)")
                #expect(generations(one, two, three) == [3, 3, 3])
                #expect(try await guest.emitWithAck("say", ["x"]).first?["code"] == "forbidden")
                #expect(try await stages(three).contains("policy.activated cluster one"))
                // A repeat finds nothing to do.
                #expect(try await Cluster.act(boss, "policy.reload", ["cluster": true])["changed"] == false)
                #expect(generations(one, two, three) == [3, 3, 3])
            }
        }

        @Test("One node has files with a mistake, or others, or is silent: nothing changes anywhere, and it is named", arguments: 0..<3)
        func none(_ way: Int) async throws {
            try await nodes { one, two, three, boss in
                try write(Self.hall(2), one, two, three)
                switch way {
                case 0: try write(Self.hall(2) + "mistake: 1\n", three)
                case 1: try write(Self.hall(3), three)
                default: three.server.runtime.sockets.serverSideEvents.listen(to: OtherNodes.event, in: "/admin") { _ in nil }
                }
                let answer = try await Cluster.act(boss, "policy.reload", ["cluster": true])
                #expect(answer["code"] == [JSONValue("invalid"), "conflict", "unavailable"][way], "\(answer.serialized)")
                #expect(answer["message"]?.stringValue?.contains("three") == true, "\(answer.serialized)")
                #expect(generations(one, two, three) == [1, 1, 1])
            }
        }

        /// Has a node called three agree, and then fail.
        private func failToCarryOut(_ app: TestApplication, _ before: @escaping @Sendable () async -> Void = {}) throws {
            let events = app.server.runtime.sockets.serverSideEvents
            let listener = try #require(events.listener(for: OtherNodes.event, in: "/admin"))
            events.listen(to: OtherNodes.event, in: "/admin") { arguments in
                guard arguments.first?.stringValue?.contains("\"carry_out\"") == true else { return await listener(arguments) }
                await before()
                return ["node": "three", "ok": false, "code": "conflict", "message": "the disk is full"]
            }
        }

        @Test("One node fails when all have agreed: the others go back")
        func takenBack() async throws {
            try await nodes { one, two, three, boss in
                try failToCarryOut(three)
                let before = one.server.runtime.policies.current.sha256
                try write(Self.hall(2), one, two, three)
                let answer = try await Cluster.act(boss, "policy.reload", ["cluster": true])
                #expect(answer["code"] == "conflict", "\(answer.serialized)")
                #expect(answer["message"]?.stringValue?.contains("all nodes have the policies that they had") == true)
                #expect([one, two, three].allSatisfy { $0.server.runtime.policies.current.sha256 == before })
                #expect(try await stages(two).contains("policy.rolled_back cluster one"))
            }
        }

        @Test("A node that fails, begins anew and loads the new files is named, though it has nothing to take back")
        func begunAnew() async throws {
            try await nodes { one, two, three, boss in
                let runtime = three.server.runtime
                try failToCarryOut(three) { _ = try? await runtime.policyReload?.reload(by: .hangUp) }
                try write(Self.hall(2), one, two, three)
                let answer = try await Cluster.act(boss, "policy.reload", ["cluster": true])
                #expect(answer["message"]?.stringValue?.contains("look at three") == true, "\(answer.serialized)")
                #expect(one.server.runtime.policies.current.sha256 == two.server.runtime.policies.current.sha256)
            }
        }

        @Test("With a key, an answer without a seal is nobody's")
        func forgedAnswer() async throws {
            try await nodes(hasKey: true) { one, two, three, boss in
                three.server.runtime.sockets.serverSideEvents.listen(to: OtherNodes.event, in: "/admin") { _ in
                    ["node": "three", "ok": true, "sha256": .string(two.server.runtime.policies.current.sha256), "generation": 2]
                }
                let answer = try await Cluster.act(boss, "policy.reload", ["cluster": true])
                #expect(answer["code"] == "unavailable", "\(answer.serialized)")
                #expect(answer["message"]?.stringValue?.contains("three") == true, "\(answer.serialized)")
                let list = try await Cluster.read(boss, "session.list")
                #expect(list["silent_nodes"]?.arrayValue?.count == 1, "\(list.serialized)")
            }
        }

        @Test("A node that is alone in no cluster, or cut off from the others, changes nothing")
        func alone() async throws {
            try await TestApplication.run(gateways: [AdminGateway(store: .inMemory())]) { app in
                let boss = try await Cluster.staff(app)
                #expect(try await Cluster.act(boss, "policy.reload", ["cluster": true])["code"] == "invalid")
            }
            let cluster = try await Cluster()
            try await cluster.two { one, two in
                let boss = try await Cluster.staff(two)
                try cluster.redis.cut("two")
                try await eventually("two is cut off") { two.server.runtime.cluster?.status.isConnected == false }
                #expect(try await Cluster.act(boss, "policy.reload", ["cluster": true])["code"] == "unavailable")
            }
        }
    }

    @Suite("What nodes agree on")
    struct PolicyPlanTests {
        private static func plan(_ id: String, _ generation: UInt64 = 2) -> PolicyPlan {
            PolicyPlan(id: id, sha256: "f", generation: generation)
        }

        @Test("A plan is carried out once, and never after it was withdrawn")
        func once() throws {
            var plans = PolicyPlans()
            try plans.begin(Self.plan("a"), after: 1)
            plans.carriedOut(Self.plan("a"))
            #expect(throws: PolicyReloadError.self) { try plans.begin(Self.plan("a", 3), after: 2) }
            #expect(plans.withdraw("a") == "f")
            #expect(plans.withdraw("a") == nil)
            #expect(plans.withdraw("late") == nil)
            #expect(throws: PolicyReloadError.self) { try plans.begin(Self.plan("late"), after: 1) }
        }

        @Test("A generation is greater than the node's, by no more than a million", arguments: [1, 2, .max] as [UInt64])
        func generation(_ number: UInt64) {
            var plans = PolicyPlans()
            let isGood = (try? plans.begin(Self.plan("a", number), after: 1)) != nil
            #expect(isGood == (number == 2))
        }

        @Test("Each node that lives has to answer, one that is not known too, and none may refuse")
        func verdict() {
            func answer(_ node: String, _ more: JSONObject = ["ok": true]) -> JSONValue {
                var object = more
                object["node"] = .string(node)
                return .object(object)
            }
            func refusal(_ answers: [JSONValue], _ living: [String], silent: [String] = []) -> String? {
                NodeVerdict(OtherNodes.Answers(answers: answers, silent: silent), living: living).refusal.map { "\($0.code)" }
            }
            #expect(refusal([answer("a"), answer("b")], ["a", "b"]) == nil)
            #expect(refusal([answer("a"), answer("new")], ["a"]) == nil)
            #expect(refusal([answer("a")], ["a", "b"]) == "unavailable")
            #expect(refusal([answer("a")], ["a", "a"]) == "unavailable")
            #expect(refusal([answer("a")], ["a"], silent: ["unknown"]) == "unavailable")
            #expect(refusal([answer("a", ["ok": false, "code": "invalid", "message": "x"])], ["a"]) == "invalid")
            #expect(refusal([answer("a", [:])], ["a"]) == "unavailable")
            let verdict = NodeVerdict(
                OtherNodes.Answers(answers: [answer("a", ["ok": true, "sha256": "f", "generation": 7]), answer("b", ["ok": true])]),
                living: ["a", "b"])
            #expect(verdict.difference(from: "f")?.message.contains("b") == true)
            #expect(verdict.greatestGeneration == 7)
        }
    }
#endif
