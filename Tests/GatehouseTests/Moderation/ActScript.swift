import GatehouseAudit
import GatehouseJSON
import GatehouseTestSupport
import GatehouseTesting
import GatehouseTokens
import SocketIO
import Testing

@testable import Gatehouse
@testable import GatehouseModeration

/// What the tests of acts have in common: a server with two namespaces and moderation, whose policies come from the table of verbs.
enum ActScript {
    static let policies = policies()

    /// - Parameters:
    ///   - readScope: whether the claim `mod_rooms` confines what is read, too.
    ///   - left: verbs that no rule names.
    static func policies(readScope: Bool = false, without left: Set<AdminVerb> = []) -> TestPolicies {
        func events(_ rank: StaffRank) -> String {
            AdminVerb.allCases.filter { $0.rank == rank && $0.family != .approvals && !left.contains($0) }.map(\.rawValue).joined(
                separator: ", ")
        }
        let approvals = AdminVerb.allCases.filter { $0.family == .approvals && !left.contains($0) }.map(\.rawValue).joined(
            separator: ", ")
        let scope = readScope ? ", scope: { rooms_claim: /mod_rooms }" : ""
        return TestPolicies().allowing().allowing("/side").allowing(
            "/admin", connect: "{ id: adm.staff, when: { roles: { any_of: [viewer, moderator, admin, auditor] } } }",
            send: """
                { id: adm.view, event: [\(events(.viewer))], when: { roles: { any_of: [viewer, moderator, admin] } }\(scope) }
                    - { id: adm.mod, event: [\(events(.moderator))], when: { roles: { any_of: [moderator, admin] } }, scope: { rooms_claim: /mod_rooms } }
                    - { id: adm.admin, event: [\(events(.admin))], when: { roles: { any_of: [admin] } }\(scope) }
                    - { id: adm.approve, event: [\(approvals)], when: { roles: { any_of: [admin] } }\(scope) }
                  approvals:
                    - { event: [token.revoke_all, drain], needs: 2, distinct_subjects: true, expires: 5m }
                """)
    }

    static func with(
        store: ModerationStore = .inMemory(), policies: TestPolicies = policies, _ body: (TestServer) async throws -> Void
    ) async throws {
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()), PendingMount(ScriptGateway<Side>()), PendingMount(AdminGateway(store: store)),
            configure: { $0.policies = policies }, body)
    }

    static func staff(
        _ server: TestServer, _ subject: String = "mod", _ role: String = "moderator", rooms: [String]? = nil
    ) async throws -> SocketIOClient {
        guard let rooms else { return try await server.join(subject, roles: [role], in: "/admin") }
        let client = try await server.connect()
        let token = try TestTokens.token(
            subject, roles: [role], now: server.clock.wallMilliseconds / 1_000, claims: ["mod_rooms": .array(rooms.map { .string($0) })])
        try await client.join("/admin", auth: ["token": .string(token)])
        return client
    }

    static func user(_ subject: String) -> JSONValue { ["iss": .string(TestTokens.iss), "sub": .string(subject)] }
    static func id() -> String { ULIDGenerator.shared.next().description }

    /// Asks for an act.
    @discardableResult
    static func act(
        _ client: SocketIOClient, _ verb: String, _ payload: JSONObject = [:], id: String = id()
    ) async throws -> JSONValue {
        var payload = payload
        payload["request_id"] = .string(id)
        payload["reason"] = "test"
        return try await client.emitWithAck(verb, [.object(payload)], in: "/admin").first ?? .null
    }

    static func read(_ client: SocketIOClient, _ verb: String, _ payload: JSONObject = [:]) async throws -> JSONValue {
        try await client.emitWithAck(verb, [.object(payload)], in: "/admin").first ?? .null
    }

    /// A payload of each verb that is about `alice`, or the room `red` of `/`, where it is about somebody or some room.
    static func sample(_ verb: AdminVerb) -> JSONObject? {
        let alice = user("alice")
        return switch verb {
        case .staffSelf, .stats, .sessionList, .policyStatus, .approvalList, .banList, .muteList, .lockList, .actList, .reportList,
            .policyReload,
            .policyRollback, .auditQuery, .auditVerify, .auditHead, .feedUnsubscribe:
            [:]
        case .drain: ["deadline_s": 1]
        case .feedSubscribe: ["topics": ["session"]]
        case .sessionGet: ["sid_ref": .string(id())]
        case .roomList: ["ns": "/"]
        case .roomGet: ["ns": "/", "room": "red"]
        case .sessionKick: ["user": alice]
        case .roomEvict: ["ns": "/", "room": "red", "user": alice]
        case .roomLock: ["ns": "/", "room": "red", "mode": "read_only", "duration_s": 60]
        case .roomUnlock: ["ns": "/", "room": "red"]
        case .roomSlow: ["ns": "/", "room": "red", "interval_s": 5]
        case .userGet: ["user": alice]
        case .userMute: ["user": alice, "duration_s": 60]
        case .userUnmute: ["user": alice]
        case .userReauth: ["user": alice, "within_s": 60]
        case .noteAdd: ["user": alice, "text": "a note"]
        case .noteRemove: ["note_id": .string(id())]
        case .banAdd: ["kind": "user", "user": alice, "duration_s": 60]
        case .banRemove: ["ban_id": .string(id())]
        case .tokenRevoke: ["user": alice]
        case .tokenRevokeAll: ["issuer": .string(TestTokens.iss), "issued_before": 1]
        case .announce: ["text": "hello"]
        case .messageRedact: ["ns": "/", "room": "red", "message_id": "m1"]
        case .policyExplain: ["decision": .string(id())]
        case .policyMatrix: ["ns": "/admin"]
        case .actUndo: ["audit_seq": 1]
        case .actBulk: ["verb": "user.mute", "items": [["user": alice, "duration_s": 60]]]
        case .reportClaim: ["report_id": .string(id())]
        case .reportResolve: ["report_id": .string(id()), "outcome": "upheld"]
        case .approvalGrant, .approvalReject: ["approval_id": .string(id())]
        }
    }
}
