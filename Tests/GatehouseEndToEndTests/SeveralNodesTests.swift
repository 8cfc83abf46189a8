#if Redis
    import Foundation
    import Testing

    /// Processes of their own over a real Redis: what the article "Several nodes" promises.
    @Suite("Several nodes", .serialized, .timeLimit(.minutes(5)))
    struct SeveralNodesTests {
        private func run(_ script: String, _ name: String) async throws -> Command {
            let clients = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("clients")
            let environment = ["GATEHOUSE_BINARY": try GatehouseBinary.path(), "PYTHONDONTWRITEBYTECODE": "1"]
            return try await Command.run(
                "python3", [clients.appendingPathComponent(script).path, name], in: clients, environment: environment, limit: 200)
        }

        @Test(
            "REC-02, PRE-02, CLU-03, CLU-22, CLU-25: a node or Redis fails, and clients see what is promised",
            arguments: [
                "revoked-while-away", "presence-of-the-dead", "redis-killed", "redis-stalled", "redis-full", "password-changed",
                "policies-together", "other-kinds",
            ])
        func failures(_ name: String) async throws {
            let done = try await run("cluster.py", name)
            #expect(done.status == 0 && done.output.contains("ok \(name)"), "\(done.account)")
        }

        @Test(
            "CLU-27: python-socketio and the official client behind load balancers with the article's files, also when their node is killed",
            arguments: ["nginx-by-address", "nginx-by-cookie", "haproxy-by-cookie", "haproxy-by-address"])
        func balancers(_ name: String) async throws {
            let done = try await run("balancers.py", name)
            #expect(done.status == 0 && done.output.contains("ok \(name)"), "\(done.account)")
            #expect(done.output.split(separator: "\n").count { $0.hasPrefix("ok ") } == 8, "\(done.account)")
        }

        @Test("A node with clients is killed, and they are on the other one within 15 s, each where it was")
        func failover() async throws {
            let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
                .appendingPathComponent(".ci/failover")
            let done = try await Command.run(
                "python3", [script.path, "--clients", "200", "--binary", try GatehouseBinary.path()],
                in: script.deletingLastPathComponent(),
                limit: 120)
            #expect(done.status == 0, "\(done.account)")
        }
    }
#endif
