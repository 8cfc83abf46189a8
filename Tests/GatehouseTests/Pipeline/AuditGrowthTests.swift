import EngineIO
import GatehouseAudit
import GatehouseJSON
import GatehouseModeration
import GatehouseNetwork
import GatehouseTLS
import GatehouseTesting
import NIOCore
import SocketIO
import Testing

@testable import Gatehouse

/// One peer, whom the policies let do what it likes as often as it likes, does each thing that is recorded, many times within one second.
@Suite("How fast one peer makes the audit log grow")
struct AuditGrowthTests {
    private static let most = 1 << 20
    private static let admin = "{ id: admin.staff, when: { roles: { any_of: [viewer] } } }"

    private func server(_ body: (TestServer) async throws -> Void) async throws {
        var gateway = ScriptGateway<Root>()
        gateway.later = { _, _ in throw GatewayError.app("failed", "No") }
        let off = "limits: { connection: { messages: off, connects: off }, user: { messages: off, connects: off }, ip: { connects: off } }"
        let global = "limits:\n  connections: { node: 9000, per_ip: 9000, per_user: 9000, unauthenticated: 900 }\n  ip: { connects: off }\n"
        try await TestServer.with(
            PendingMount(gateway), PendingMount(ScriptGateway<Side>()), PendingMount(AdminGateway(store: .inMemory())),
            configure: {
                $0.policies = TestPolicies(global: global)
                    .allowing(join: "{ id: root.join, room: open }", more: "token: { on_expiry: refresh }\n" + off)
                    .allowing("/side", connect: "{ id: side.connect, when: { roles: { any_of: [nobody] } } }", more: off)
                    .allowing("/admin", connect: Self.admin, more: off)
                $0.auditFollowsClock = true
            }, body)
    }

    /// Every act, and the events of which each is one.
    private enum Act: String, CaseIterable {
        case joinsNamespace, entersRoom, asksForOther, isDenied, isInvalid, fails, refreshes, refreshesBadly, reads, isRejected, reconnects
        case showsBadTokens, breaksTLS

        var events: [String] {
            switch self {
            case .joinsNamespace: ["ns.joined", "ns.left", "auth.ok"]
            case .entersRoom: ["room.joined", "room.left"]
            case .asksForOther: ["room.denied"]
            case .isDenied: ["msg.denied"]
            case .isInvalid: ["msg.invalid"]
            case .fails: ["handler.error"]
            case .refreshes: ["auth.refreshed"]
            case .refreshesBadly: ["auth.failed"]
            case .reads: ["admin.session.list"]
            case .isRejected: ["conn.rejected"]
            case .reconnects: ["conn.opened", "conn.closed"]
            case .showsBadTokens: ["auth.failed"]
            case .breaksTLS: ["tls.handshake_failed"]
            }
        }
    }

    private func perform(_ act: Act, _ number: Int, _ peer: SocketIOClient, _ server: TestServer) async throws {
        switch act {
        case .joinsNamespace:
            try await peer.leave("/")
            try await peer.join("/", auth: try server.auth("mallory", roles: ["viewer"]))
        case .entersRoom:
            _ = try await peer.emitWithAck("join", [["room": "open"]])
            _ = try await peer.emitWithAck("leave", [["room": "open"]])
        case .asksForOther: _ = try await peer.emitWithAck("join", [["room": .string("closed\(number)")]])
        case .isDenied: _ = try await peer.emitWithAck("unknown\(number)", [])
        case .isInvalid: _ = try await peer.emitWithAck("now", [["room": 7]])
        case .fails: _ = try await peer.emitWithAck("later", [[:]])
        case .refreshes:
            _ = try await peer.emitWithAck("auth.refresh", [.object(server.auth("mallory", lifetime: 4_000 + Int64(number)))])
        case .refreshesBadly: _ = try await peer.emitWithAck("auth.refresh", [["token": "no"]])
        case .reads: _ = try await peer.emitWithAck("session.list", [[:]], in: "/admin")
        case .isRejected: _ = try await RawHTTP.send("GET", "/socket.io/?EIO=4&transport=polling&token=x", to: server.url)
        case .reconnects: try await server.connect().close()
        case .showsBadTokens:
            let other = try await server.connect()
            _ = try? await other.join("/", auth: ["token": "no"])
            try await other.close()
        case .breaksTLS:
            let address = ClientAddress(IPAddress("127.0.0.1"))
            server.runtime.audit.record(AuditRecord(failedHandshake: TLSError(.handshakeFailed, "no"), of: address))
        }
    }

    @Test(
        "AUD-13: no mix of acts adds more than 1 MiB in a second, nothing is lost, and an honest user's records are whole",
        .timeLimit(.minutes(3)))
    func anyMix() async throws {
        try await server { server in
            let peer = try await server.join("mallory", roles: ["viewer"])
            try await peer.join("/admin", auth: try server.auth("mallory", roles: ["viewer"]))
            let honest = try await server.join("alice")
            let before = try server.directory.auditBytes()
            var counts: [String: Int64] = [:]
            for act in Act.allCases {
                let times = act == .isRejected || act == .showsBadTokens || act == .reconnects ? 150 : 400
                for number in 0..<times { try await perform(act, number, peer, server) }
                for event in act.events { counts[event, default: 0] += Int64(times) }
            }
            try await server.runtime.audit.flush()
            let growth = try server.directory.auditBytes() - before
            #expect(growth < Self.most, "\(growth) bytes")
            // Whoever else acts in the meantime has his records, each whole.
            _ = try await honest.emitWithAck("join", [["room": "open"]])
            let own = try await server.records().filter { $0["actor"]?["sub"] == "alice" }.compactMap { $0["event"]?.stringValue }
            #expect(own == ["auth.ok", "ns.joined", "room.joined"])
            try await server.advance(.seconds(11))
            try await server.eventually {
                try await server.runtime.audit.flush()
                let told = try await server.records()
                return counts.allSatisfy { event, count in
                    let sum = told.filter { $0["event"]?.stringValue == event }.reduce(Int64(0)) { $0 + ($1["count"]?.integerValue ?? 0) }
                    return sum >= count
                }
            }
        }
    }
}
