import Gatehouse
import GatehouseAudit
import GatehouseTokens

/// Forgets what has ended, and says so in the audit log (MOD-34). That it has no effect any more does not wait for this.
struct ModerationSweep {
    static let interval: Duration = .seconds(60)
    let runtime: ServerRuntime

    init(_ runtime: ServerRuntime) { self.runtime = runtime }

    /// Once at the start and then at intervals, until the task is cancelled.
    /// - Parameter removeEnded: forgets what has ended at a time in milliseconds since 1970, and says what that was.
    func run(_ removeEnded: (Int64) async throws -> [Revocation]) async {
        repeat {
            do {
                await recordEnd(of: try await removeEnded(runtime.clock.wallMilliseconds()))
            } catch {
                runtime.logError("what moderation no longer needs could not be removed; it has no effect, and is tried again: \(error)")
            }
        } while (try? await Task.sleep(for: Self.interval)) != nil
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
            }
        return AuditRecord(.moderationExpired, target: target, detail: ["act": kind])
    }
}
