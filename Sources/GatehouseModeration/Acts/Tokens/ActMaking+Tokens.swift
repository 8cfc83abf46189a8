import Gatehouse
import GatehouseJSON
import GatehousePolicy
import GatehouseTokens

/// What acts on tokens have in common (SEC-17, MOD-07).
extension ActMaking {
    /// How far a client's idea of now may be ahead of ours, in seconds.
    private static let tolerance: Int64 = 60

    /// The instant before which tokens are refused, in seconds since 1970.
    func instant(_ requested: Int64?) throws -> Int64 {
        // Tokens have times in seconds: those of the present second count as older than the request.
        let instant = requested ?? now / 1_000 + 1
        guard instant <= now / 1_000 + Self.tolerance else {
            throw GatewayError(.invalid, "issued_before lies in the future: tokens that are not issued yet cannot be revoked")
        }
        return instant
    }

    /// A revocation that counts for the actor.
    func revocation(_ subject: Revocation.Subject) throws -> Revocation {
        Revocation(
            subject, until: try end(of: subject),
            owner: Revocation.Owner(iss: actor.iss, sub: actor.subject, isAdmin: rank == .admin))
    }

    /// Refuses to act on tokens of the actor's rank or above, shown by a session or not.
    func requireRank(over revocation: Revocation) async throws {
        let meant = try list(revocation)
        let (ranks, rank) = (ranks, rank)
        guard ranks.remembered(of: revocation.subject) < rank else { throw GatewayError(.rank, rank.refusal) }
        // There may be no session on such a token; it is revoked all the same.
        let census = try await directory.census(meantBy: meant, now: now) { ranks.reached(by: $0) >= rank }
        guard !census.isFound else { throw GatewayError(.rank, rank.refusal) }
    }

    func count(meantBy revocation: Revocation) async throws -> JSONValue {
        .integer(Int64(try await directory.census(meantBy: try list(revocation), now: now).connections))
    }

    private func list(_ revocation: Revocation) throws -> RevocationList {
        do {
            return try RevocationList().adding(revocation, now: now)
        } catch {
            throw GatewayError(error.code == .full ? .limit : .invalid, error.message)
        }
    }

    func onlyIssuer() throws -> String {
        let issuers = runtime.policies.current.global.issuers
        guard issuers.count == 1, let only = issuers.first else {
            throw GatewayError(.invalid, "There are several issuers: say with iss whose token it is")
        }
        return only.iss
    }

    /// When every token that a revocation concerns has expired: after the longest lifetime, with a margin for clocks that differ. An issuer
    /// without `max_lifetime` may have signed a token for any time, so its revocations stay.
    private func end(of subject: Revocation.Subject) throws -> Int64 {
        let (iss, latest): (String, Int64) =
            switch subject {
            case .token(let iss, _): (iss, now)
            case .user(let iss, _, let instant), .issuer(let iss, let instant): (iss, max(now, instant * 1_000))
            case .reauthentication(let iss, _, _, let by): (iss, by)
            }
        guard let issuer = runtime.policies.current.global.issuers.first(where: { $0.iss.utf8.elementsEqual(iss.utf8) }) else {
            throw GatewayError(.notFound, "No issuer of the policies has this iss")
        }
        guard let longest = issuer.maxLifetime else { return .max }
        return latest + longest / 1_000_000 + 2 * (issuer.leeway / 1_000_000) + 1_000
    }
}
