import GatehouseJSON
import GatehouseTestSupport
import GatehouseTesting
import SocketIO
import Testing

@testable import Gatehouse

/// A ban that comes while its subject comes in, goes on, or comes back: the ban wins.
@Suite("Bans that race", .timeLimit(.minutes(5)))
struct BanRaceTests {
    private func server(_ body: (TestServer) async throws -> Void) async throws {
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()), PendingMount(ScriptGateway<Side>()),
            configure: {
                $0.policies = AdminScript.policies
                $0.loops = 3
            }, body)
    }

    /// The bans, and what is left of alice in the place that they are of.
    static let bans: [(@Sendable () throws -> Ban, SessionFilter)] = [
        ({ .user() }, SessionFilter(user: .test())),
        ({ .user("alice", "/") }, SessionFilter(namespace: "/", user: .test())),
        ({ .user("alice", "/", room: "tea") }, SessionFilter(namespace: "/", room: "tea")),
        ({ try .network("127.0.0.0/8") }, SessionFilter()),
    ]

    @Test("MOD-40: a ban that races CONNECTs, joins and refreshes leaves nobody in", arguments: bans.indices)
    func connect(_ index: Int) async throws {
        let (ban, left) = Self.bans[index]
        try await server { server in
            for round in 0..<4 {
                server.restrict()
                let lifetime = Int64(600 + round)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<24 {
                        group.addTask {
                            // Whatever the ban does to it is right, save letting it in.
                            guard
                                let client = try? await server.join(
                                    lifetime: lifetime, over: number.isMultiple(of: 3) ? .polling : .webSocket)
                            else { return }
                            _ = try? await client.emitWithAck("join", [["room": "tea"]])
                            _ = try? await client.emitWithAck("auth.refresh", [.object(try server.auth(lifetime: 1_200))])
                        }
                    }
                    group.addTask {
                        for _ in 0..<(round * 40) { await Task.yield() }
                        server.restrict(bans: [try ban()])
                        _ = try await server.runtime.directory.enforceBans()
                    }
                    try await group.waitForAll()
                }
                // All CONNECTs are through; one round was enough.
                #expect(try await server.runtime.directory.count(left) == 0)
            }
        }
    }

    @Test("MOD-40: a ban in the middle of an upgrade ends the session, however the upgrade goes on")
    func upgrade() async throws {
        try await server { server in
            for subject in ["alice", "bob"] {
                let upgrade = try await HalfUpgrade(server, subject: subject)
                server.restrict(bans: [.user(subject)])
                #expect(try await server.runtime.directory.enforceBans() == 1)
                try await upgrade.expectClosed("banned")
                #expect(try await server.runtime.directory.count(SessionFilter(user: .test(subject))) == 0)
            }
        }
    }
}
