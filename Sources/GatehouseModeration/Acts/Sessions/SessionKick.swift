import Gatehouse
import GatehouseAudit
import SocketIO

/// `session.kick`: one session, or all of a user.
struct SessionKick: LiveAct {
    static let verb = AdminVerb.sessionKick

    var requestID: String
    var reason: String
    var sessionReference: String?
    var user: UserReference?
    var ns: String?
    var rejoinAfter: Int64?
    var dryRun: Bool

    static let schema = Schema(
        Field("request_id", \.requestID, .ulid),
        Field("reason", \.reason, .length(1...512)),
        Field("sid_ref", \.sessionReference, .length(1...64)),
        Field("user", \.user),
        Field("ns", \.ns, .length(1...128)),
        Field("rejoin_after_s", \.rejoinAfter, .range(1...86_400)),
        Field("dry_run", \.dryRun, default: false),
        rules: Self.rules,
        make: SessionKick.init
    )

    private static let rules: [CrossFieldRule<SessionKick>] = [
        CrossFieldRule("oneTarget", at: "sid_ref", "or user must be given, and not both") {
            ($0.sessionReference == nil) != ($0.user == nil)
        }
    ]

    var subject: ActSubject { ActSubject(ns: ns, user: user, reference: sessionReference) }

    private func filter(_ node: ActNode) throws -> SessionFilter {
        SessionFilter(reference: sessionReference, namespace: try node.namespace(ns), user: user?.key)
    }

    func check(_ making: ActMaking) async throws {
        let sessions = try await making.requireRank(over: user?.key, try filter(making.node))
        let elsewhere = sessions > 0 ? nil : await making.elsewhere(try filter(making.node))
        guard sessions > 0 || elsewhere?.connections ?? 0 > 0 else {
            throw GatewayError(.notFound, "No such session is here" + (elsewhere?.silence ?? ""))
        }
        for user in elsewhere?.users ?? [] { try await making.requireRank(over: user) }
    }

    func preview(_ making: ActMaking) async throws -> JSONObject {
        ["closed": .integer(Int64(try await making.directory.count(try filter(making.node))))]
    }

    /// Whoever is kicked for a time is banned until it is over. An anonymous client has no name, so it cannot be kept out.
    func changes(_ making: ActMaking) async throws -> [StateChange] {
        guard let rejoinAfter else { return [] }
        var users = try await making.directory.users(try filter(making.node))
        if users.isEmpty { users = Set(await making.elsewhere(try filter(making.node)).users) }
        return users.enumerated().map { index, user in
            let id = index == 0 ? making.request : ULIDGenerator.shared.next()
            return .ban(Ban(id: id, subject: .user(user), namespace: nil, room: nil, ends: making.now + rejoinAfter * 1_000))
        }
    }

    func effect(on node: ActNode) async throws -> JSONObject {
        let closure =
            rejoinAfter.map { ConnectionClosure(.kickedTemporarily, retryAfter: Int(clamping: $0)) } ?? ConnectionClosure(.kicked)
        return ["closed": .integer(Int64(try await node.directory.close(try filter(node), closure)))]
    }
}
