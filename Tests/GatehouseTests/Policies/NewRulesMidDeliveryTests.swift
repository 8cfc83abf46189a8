import GatehouseJSON
import GatehousePolicy
import GatehouseTesting
import NIOCore
import Testing

@testable import Gatehouse
@testable import SocketIO

/// A session is decided again before the next event that may reach it. A delivery can be the first to meet a session after a change.
@Suite("A delivery that is the first to meet new rules")
struct NewRulesMidDeliveryTests {
    private func policies(revision: Int, connect: String, join: String) -> TestPolicies {
        var policies = TestPolicies().allowing(
            connect: "{ id: root.connect, when: { issuer: corp, roles: { any_of: [\(connect)] } } }",
            join: "{ id: root.join, room: \"**\", when: { roles: { any_of: [\(join)] } } }")
        policies.replace("revision: 1\n", with: "revision: \(revision)\n", in: "root.yaml")
        return policies
    }

    /// By room, by several rooms, and with an exception: each goes its own way through the members.
    static let targets = [
        BroadcastTarget(rooms: ["red"]), BroadcastTarget(rooms: ["red", "blue"]), BroadcastTarget(rooms: ["red"], except: ["green"]),
    ]

    @Test("POL-10: it reaches neither whom the rules put out nor whom they put out of the room, and all the others", arguments: targets)
    func room(_ target: BroadcastTarget) async throws {
        let before = policies(revision: 1, connect: "user, guest, leaver", join: "user, guest, leaver")
        try await TestServer.with(PendingMount(ScriptGateway<Root>()), configure: { $0.policies = before }) { server in
            // Each kind twice, and in turn: what one of an audience is told must not be the other's answer.
            var clients: [(role: String, client: SocketIOClient)] = []
            for (number, role) in ["guest", "user", "leaver", "user", "guest", "leaver"].enumerated() {
                let client = try await server.join("user\(number)", roles: [role])
                #expect(try await client.emitWithAck("join", [["room": "red"]]) == [true])
                clients.append((role, client))
            }
            let after = policies(revision: 2, connect: "user, guest", join: "user")
            let bundle = try PolicyBundle.load(files: after.files, options: PolicyLoadOptions(generation: 2))
            let inForce = server.runtime.policies.replace(with: bundle)
            let namespace = try #require(server.runtime.sockets.definition("/"))
            let message = try PacketWriter.message("said", prefix: [], ackID: nil, 1)
            let loop = try #require(server.runtime.sockets.allLoops.first)
            let reached = try await loop.submit { loop in
                (loop.application as? Pipeline)?.setInForce(inForce)
                return loop.deliver(Broadcast(namespace: namespace, event: "said", message: message, target: target))
            }
            #expect(reached == 2)
            try server.handle.of("/").emit("last", 2)
            for (role, client) in clients {
                if role == "leaver" {
                    try await client.refuteUntilClosed("said")
                } else {
                    #expect(try await client.event("last") == [2])
                    if role == "user" { #expect(try await client.event("said") == [1]) }
                    try await client.refute("said", within: .zero)
                }
            }
        }
    }
}
