import Gatehouse
import GatehouseAudit

/// `act.undo`: takes an act back, by the number of its result in the audit log (MOD-67).
///
/// What it kept is as it was before: a ban, a mute, a lock, slow mode, a note. An act that kept nothing, or revoked tokens, cannot be taken
/// back.
struct ActUndo: Act {
    static let verb = AdminVerb.actUndo

    var requestID: String
    var reason: String
    var auditSeq: Int64
    var dryRun: Bool

    static let schema = Schema(
        Field("request_id", \.requestID, .ulid),
        Field("reason", \.reason, .length(1...512)),
        Field("audit_seq", \.auditSeq, .min(1)),
        Field("dry_run", \.dryRun, default: false),
        make: ActUndo.init
    )

    var subject: ActSubject { ActSubject(reference: String(auditSeq)) }
    var isConfinedByParts: Bool { true }

    func undoes(_ making: ActMaking) async throws -> KeptRequest? {
        let seq = auditSeq
        guard let former = try await making.gateway.written({ try await $0.read { try RequestTable.request(seq: seq, $0) } }) else {
            throw GatewayError(.notFound, "No act has this number: act.list has those that are remembered")
        }
        return former
    }

    private func former(_ making: ActMaking) async throws -> KeptRequest {
        guard let former = try await undoes(making) else { throw GatewayError(.notFound, "No act has this number") }
        return former
    }

    /// As strict as the act was: its right, its rooms, and rank.
    func check(_ making: ActMaking) async throws {
        let former = try await former(making)
        guard former.undone == nil else { throw GatewayError(.conflict, "This act was taken back already") }
        guard !former.reverse.isEmpty else {
            throw GatewayError(.invalid, "An act of the kind \(former.event) cannot be taken back")
        }
        let right = try await making.right(to: former.event)
        guard right.isAllowed, right.includes(former.target.room) else {
            throw GatewayError(.forbidden, "Only who may make an act may take it back")
        }
        let state = try making.state
        guard former.changes.allSatisfy({ state.holds($0) }) else {
            throw GatewayError(.conflict, "What this act did has changed since, or is over")
        }
        for user in former.users { try await making.requireRank(over: user) }
    }

    func changes(_ making: ActMaking) async throws -> [StateChange] {
        let former = try await former(making)
        return former.reverse.filter { $0.end.map { $0 > making.now } ?? true }
    }

    func effect(_ making: ActMaking) async throws -> JSONObject {
        let former = try await former(making)
        // It may bring a ban back.
        let closed = former.reverse.contains { if case .ban = $0 { true } else { false } } ? try await making.directory.enforceBans() : 0
        return ["undone": .string(former.event), "closed": .integer(Int64(closed))]
    }
}

extension KeptRequest {
    /// Whom it concerns.
    fileprivate var users: Set<UserID> {
        var users = Set(changes.compactMap(\.user) + reverse.compactMap(\.user))
        if let iss = target.issuer, let sub = target.subject { users.insert(UserID(iss: iss, subject: sub)) }
        return users
    }
}

extension StateChange {
    /// The user whom a change concerns.
    var user: UserID? {
        switch self {
        case .ban(let ban): if case .user(let user) = ban.subject { user } else { nil }
        case .mute(let mute): mute.place.user
        case .unmute(let place): place.user
        case .note(let note): note.user
        case .report(let report): report.user
        case .unban, .lock, .slow, .revoke, .removeNote, .claimReport, .resolveReport, .reopenReport: nil
        }
    }

    /// When what it puts in force ends, in milliseconds since 1970; `nil` if never, or if it lifts something.
    var end: Int64? {
        switch self {
        case .ban(let ban): ban.ends
        case .mute(let mute): mute.ends
        case .lock(_, let lock): lock?.ends
        case .slow(_, let slow): slow?.ends
        case .unban, .unmute, .revoke, .note, .removeNote, .report, .claimReport, .resolveReport, .reopenReport: nil
        }
    }
}
