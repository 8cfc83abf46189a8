import Gatehouse
import GatehouseAudit
import GatehouseTokens

/// One change of what moderation keeps. An act makes any number of them, which are written together; the audit log has them whole, so that
/// the state can be rebuilt from it (MOD-53).
enum StateChange: Sendable, Equatable {
    case ban(Ban)
    case unban(ULID)
    case mute(Mute)
    case unmute(Mute.Place)
    /// `nil` lifts it.
    case lock(RoomRestriction.Place, RoomRestriction.Lock?)
    /// `nil` lifts it.
    case slow(RoomRestriction.Place, RoomRestriction.SlowMode?)
    case revoke(Revocation)
    case note(UserNote)
    case removeNote(ULID)
    case report(UserReport)
    /// Whoever makes the change looks into it.
    case claimReport(ULID)
    case resolveReport(ULID, UserReport.Outcome)
    /// It waits again, for anybody.
    case reopenReport(ULID)

    /// Whether it changes what the pipeline asks on the way of a message.
    var isRestriction: Bool {
        switch self {
        case .ban, .unban, .mute, .unmute, .lock, .slow: true
        case .revoke, .note, .removeNote, .report, .claimReport, .resolveReport, .reopenReport: false
        }
    }

    /// The change as the audit log has it: a token is named by a keyed hash (AUD-04), so its revocation cannot be rebuilt from there.
    func recorded(with key: AuditKey) -> StateChange {
        guard case .revoke(var revocation) = self, case .token(let iss, let jti) = revocation.subject else { return self }
        revocation.subject = .token(iss: iss, jti: key.pseudonym(of: jti, as: "jti"))
        return .revoke(revocation)
    }
}
