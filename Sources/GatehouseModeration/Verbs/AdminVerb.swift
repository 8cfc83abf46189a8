import GatehouseAudit

/// The verbs of `/admin`: one table, from which its routes, the policies' sets, the command line, the console and the tests come (MOD-60).
/// Raw values are the events' names.
package enum AdminVerb: String, CaseIterable, Sendable {
    case staffSelf = "staff.self"
    case stats
    case drain
    case sessionList = "session.list"
    case sessionGet = "session.get"
    case sessionKick = "session.kick"
    case roomList = "room.list"
    case roomGet = "room.get"
    case roomEvict = "room.evict"
    case roomLock = "room.lock"
    case roomUnlock = "room.unlock"
    case roomSlow = "room.slow"
    case lockList = "lock.list"
    case userGet = "user.get"
    case userMute = "user.mute"
    case userUnmute = "user.unmute"
    case muteList = "mute.list"
    case userReauth = "user.reauth"
    case noteAdd = "note.add"
    case noteRemove = "note.remove"
    case banAdd = "ban.add"
    case banRemove = "ban.remove"
    case banList = "ban.list"
    case tokenRevoke = "token.revoke"
    case tokenRevokeAll = "token.revoke_all"
    case announce
    case messageRedact = "message.redact"
    case policyReload = "policy.reload"
    case policyRollback = "policy.rollback"
    case policyStatus = "policy.status"
    case policyExplain = "policy.explain"
    case policyMatrix = "policy.matrix"
    case reportList = "report.list"
    case reportClaim = "report.claim"
    case reportResolve = "report.resolve"
    case actList = "act.list"
    case actUndo = "act.undo"
    case actBulk = "act.bulk"
    case approvalList = "approval.list"
    case approvalGrant = "approval.grant"
    case approvalReject = "approval.reject"
    case auditQuery = "audit.query"
    case auditVerify = "audit.verify"
    case auditHead = "audit.head"
    case feedSubscribe = "feed.subscribe"
    case feedUnsubscribe = "feed.unsubscribe"

    /// Verbs that belong together, for the console and for policies that leave some out (MOD-70).
    package enum Family: String, CaseIterable, Sendable {
        case server, sessions, rooms, mutes, bans, tokens, messages, policies, users, acts, approvals, reports, audit, feed
    }

    package enum Kind: String, Sendable {
        case read
        /// A change: with `request_id` and `reason`, on record before its effect.
        case act
    }

    package var kind: Kind { traits.kind }
    package var family: Family { traits.family }
    /// The lowest rank that the shipped policies let use it.
    package var rank: StaffRank { traits.rank }
    /// In one line, for the command line and the console.
    package var summary: String { traits.summary }

    /// The event of its audit records.
    var auditEvent: AuditEvent {
        // The end of a subscription is recorded as one.
        let name = self == .feedUnsubscribe ? Self.feedSubscribe.rawValue : rawValue
        return AuditEvent(rawValue: "admin." + name) ?? .adminStats
    }

    private typealias Traits = (kind: Kind, family: Family, rank: StaffRank, summary: String)

    private var traits: Traits {
        switch self {
        case .staffSelf: (.read, .server, .viewer, "who one is, and what one may do")
        case .stats: (.read, .server, .viewer, "the server in numbers")
        case .drain: (.act, .server, .admin, "stop the server, after its clients have gone elsewhere")
        case .sessionList: (.read, .sessions, .viewer, "sessions by user, room, namespace or address")
        case .sessionGet: (.read, .sessions, .viewer, "one session, with its recent refusals")
        case .roomList: (.read, .rooms, .viewer, "the rooms of a namespace")
        case .roomGet: (.read, .rooms, .viewer, "a room and its members")
        case .sessionKick: (.act, .sessions, .moderator, "close a session, or all of a user")
        case .roomEvict: (.act, .rooms, .moderator, "take a user out of a room")
        case .roomLock: (.act, .rooms, .moderator, "let nobody send in a room, or join it either")
        case .roomUnlock: (.act, .rooms, .moderator, "lift a room's lock")
        case .roomSlow: (.act, .rooms, .moderator, "make each user wait between two messages in a room")
        case .lockList: (.read, .rooms, .viewer, "rooms that are locked or slow")
        case .userGet: (.read, .users, .viewer, "a user: sessions, restrictions, acts, notes")
        case .userMute: (.act, .mutes, .moderator, "keep a user from sending")
        case .userUnmute: (.act, .mutes, .moderator, "let a user send again")
        case .muteList: (.read, .mutes, .viewer, "who is muted")
        case .userReauth: (.act, .tokens, .admin, "ask a user for a newer token")
        case .noteAdd: (.act, .users, .moderator, "note something about a user, for staff")
        case .noteRemove: (.act, .users, .moderator, "remove a note")
        case .banAdd: (.act, .bans, .admin, "keep a user, an address or a network out")
        case .banRemove: (.act, .bans, .admin, "lift a ban")
        case .banList: (.read, .bans, .viewer, "who is kept out")
        case .tokenRevoke: (.act, .tokens, .admin, "refuse a token, or a user's tokens")
        case .tokenRevokeAll: (.act, .tokens, .admin, "refuse all tokens of an issuer from before an instant")
        case .announce: (.act, .messages, .admin, "tell everyone, a namespace, or a room")
        case .messageRedact: (.act, .messages, .moderator, "ask clients to take a message away")
        case .policyReload: (.act, .policies, .admin, "read the policies again")
        case .policyRollback: (.act, .policies, .admin, "go back to earlier policies")
        case .policyStatus: (.read, .policies, .admin, "the policies in force")
        case .policyExplain: (.read, .policies, .admin, "why something was refused")
        case .policyMatrix: (.read, .policies, .admin, "which role may send which event")
        case .reportList: (.read, .reports, .viewer, "what users have reported")
        case .reportClaim: (.act, .reports, .moderator, "look into a report")
        case .reportResolve: (.act, .reports, .moderator, "say what became of a report")
        case .actList: (.read, .acts, .viewer, "acts of staff")
        case .actUndo: (.act, .acts, .moderator, "take an act back")
        case .actBulk: (.act, .acts, .moderator, "one act upon many")
        case .approvalList: (.read, .approvals, .admin, "acts that wait for a second person")
        case .approvalGrant: (.act, .approvals, .admin, "let such an act be made")
        case .approvalReject: (.act, .approvals, .admin, "refuse such an act")
        case .auditQuery: (.read, .audit, .admin, "records of the audit log")
        case .auditVerify: (.read, .audit, .admin, "whether the audit log is whole")
        case .auditHead: (.read, .audit, .admin, "the end of the audit log")
        case .feedSubscribe: (.read, .feed, .viewer, "what happens, live")
        case .feedUnsubscribe: (.read, .feed, .viewer, "no more of it")
        }
    }
}
