import Gatehouse
import GatehouseAudit
import GatehouseTokens

/// Removes ended entries, and records it (MOD-34). They have no effect from their end on, even before this.
struct ModerationSweep {
    static let interval: Duration = .seconds(60)
    let runtime: ServerRuntime

    init(_ runtime: ServerRuntime) { self.runtime = runtime }

    /// Once at the start and then at intervals, until the task is cancelled.
    /// - Parameter removeEnded: removes the entries that have ended at a time in milliseconds since 1970, and records it.
    func run(_ removeEnded: (ModerationSweep, Int64) async throws -> Void) async {
        repeat {
            do {
                try await removeEnded(self, runtime.clock.wallMilliseconds())
            } catch {
                runtime.logError("what moderation no longer needs could not be removed; it has no effect, and is tried again: \(error)")
            }
        } while (try? await Task.sleep(for: Self.interval)) != nil
    }

    func recordEnd(of restrictions: [(change: StateChange, origin: ActOrigin?)]) async {
        for (change, origin) in restrictions {
            let (kind, subject): (AuditScalar, ActSubject)
            switch change {
            case .unban(let id): (kind, subject) = ("ban.add", ActSubject(reference: id.description))
            case .unmute(let place):
                (kind, subject) = ("user.mute", ActSubject(ns: place.namespace?.name, room: place.room, user: UserReference(place.user)))
            case .lock(let place, _): (kind, subject) = ("room.lock", ActSubject(ns: place.namespace.name, room: place.room))
            case .slow(let place, _): (kind, subject) = ("room.slow", ActSubject(ns: place.namespace.name, room: place.room))
            case .ban, .mute, .revoke, .note, .removeNote, .report, .claimReport, .resolveReport, .reopenReport: continue
            }
            do {
                _ = try await runtime.audit.recordDurably(
                    AuditRecord(.moderationExpired, target: subject.target, detail: ["act": kind], request: origin?.request))
            } catch {
                runtime.logError("the end of a restriction is not in the audit log: \(error)")
            }
        }
    }

    func recordEnd(of revocations: [Revocation]) async {
        for revocation in revocations {
            do {
                _ = try await runtime.audit.recordDurably(record(revocation))
            } catch {
                runtime.logError("the end of a revocation is not in the audit log: \(error)")
            }
        }
    }

    private func record(_ revocation: Revocation) -> AuditRecord {
        let (kind, target): (AuditScalar, AuditTarget) =
            switch revocation.subject {
            case .token(let iss, let jti):
                ("token.revoke", AuditTarget(issuer: iss, reference: runtime.auditKey.pseudonym(of: jti, as: "jti")))
            case .user(let iss, let sub, _): ("token.revoke", AuditTarget(issuer: iss, subject: sub))
            case .reauthentication(let iss, let sub, _, _): ("user.reauth", AuditTarget(issuer: iss, subject: sub))
            case .issuer(let iss, _): ("token.revoke_all", AuditTarget(issuer: iss))
            }
        return AuditRecord(.moderationExpired, target: target, detail: ["act": kind])
    }
}
