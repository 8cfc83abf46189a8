package import Gatehouse
import GatehouseAudit
import GatehousePolicy
import GatehouseTokens

/// Acts on tokens: they outlive a restart, and sessions that live on those tokens feel them at once (SEC-17, MOD-07).
extension AdminGateway {
    /// How far a client's idea of now may be ahead of ours, in seconds.
    private static let tolerance: Int64 = 60

    /// `token.revoke`: the token, or the user's older tokens, open nothing any more, and what they hold open is closed.
    func revoke(_ dto: TokenRevokeRequest, _ context: EventContext) async throws -> JSONObject {
        let runtime = context.client.server.runtime
        let now = runtime.clock.wallMilliseconds()
        let subject: Revocation.Subject
        var target = AuditTarget(issuer: dto.user?.iss, subject: dto.user?.sub)
        var detail: AuditDetail = [:]
        if let user = dto.user {
            // Tokens tell their second: those of the present one are older than the request.
            let instant = dto.issuedBefore ?? now / 1_000 + 1
            guard instant <= now / 1_000 + Self.tolerance else {
                throw GatewayError(.invalid, "issued_before lies in the future: tokens that are not issued yet cannot be revoked")
            }
            subject = .user(iss: user.iss, sub: user.sub, issuedBefore: instant)
            detail.append("issued_before", .integer(instant))
        } else {
            let iss = try dto.iss ?? Self.onlyIssuer(runtime)
            subject = .token(iss: iss, jti: dto.jti ?? "")
            // As in the actor of whatever the token did (AUD-04).
            target = AuditTarget(issuer: iss, reference: runtime.auditKey.pseudonym(of: dto.jti ?? "", as: "jti"))
        }
        return try await perform(
            AdminChange(
                event: .adminTokenRevoke, requestID: dto.requestID, reason: dto.reason, target: target, detail: detail,
                fingerprint: "\(dto)", isDryRun: dto.dryRun), Revocation(subject, until: try Self.end(of: subject, runtime, now)), "closed",
            context)
    }

    /// `user.reauth`: the user's sessions are told to come with a newer token in time. When the time is over those that did not are closed,
    /// and the older tokens open nothing any more: else the next connection would do with one of them.
    func requireAuthentication(_ dto: UserReauthRequest, _ context: EventContext) async throws -> JSONObject {
        let runtime = context.client.server.runtime
        let now = runtime.clock.wallMilliseconds()
        let subject = Revocation.Subject.reauthentication(
            iss: dto.user.iss, sub: dto.user.sub, issuedBefore: now / 1_000, by: now + dto.within * 1_000)
        return try await perform(
            AdminChange(
                event: .adminUserReauth, requestID: dto.requestID, reason: dto.reason,
                target: AuditTarget(issuer: dto.user.iss, subject: dto.user.sub), detail: ["within_s": .integer(dto.within)],
                fingerprint: "\(dto)", isDryRun: dto.dryRun), Revocation(subject, until: try Self.end(of: subject, runtime, now)), "asked",
            context)
    }

    private func perform(
        _ change: AdminChange, _ revocation: Revocation, _ count: String, _ context: EventContext
    ) async throws -> JSONObject {
        let now = context.client.server.runtime.clock.wallMilliseconds()
        return try await change.perform(context, ledger) { runtime in
            // Whoever lives on such a token now; that nobody does is no reason not to revoke it.
            let meant = try RevocationList().adding(revocation, now: now)
            try outranks(
                context.principal, try await runtime.directory.principals(meantBy: meant, now: now), user: revocation.user, runtime)
        } preview: { runtime in
            let meant = try RevocationList().adding(revocation, now: now)
            return [count: .integer(Int64(try await runtime.directory.count(meantBy: meant, now: now)))]
        } effect: { runtime in
            let ended = try await written { try await $0.revoke(revocation, now: now) }
            await ModerationSweep(runtime).recordEnd(of: ended)
            return [count: .integer(Int64(try await runtime.directory.enforceRevocations()))]
        }
    }

    /// Runs a change of the store; that it failed is told without the store's own words.
    func written<Value>(_ body: (OpenModerationStore) async throws -> Value) async throws -> Value {
        guard let open = store.opened else { throw GatewayError(.unavailable, "The server is stopping; nothing was done") }
        do {
            return try await body(open)
        } catch let error as RevocationError {
            throw GatewayError(error.code == .full ? .limit : .invalid, error.message)
        } catch {
            throw GatewayError(.unavailable, "This cannot be kept now, so it was not done", cause: error)
        }
    }

    private static func onlyIssuer(_ runtime: ServerRuntime) throws -> String {
        let issuers = runtime.policies.current.global.issuers
        guard issuers.count == 1, let only = issuers.first else {
            throw GatewayError(.invalid, "There are several issuers: say with iss whose token it is")
        }
        return only.iss
    }

    /// From when on no token can be alive that a revocation means: then the longest lifetime has passed, whatever the two clocks were apart. An
    /// issuer without `max_lifetime` may have signed a token for any time, so its revocations stay.
    private static func end(of subject: Revocation.Subject, _ runtime: ServerRuntime, _ now: Int64) throws -> Int64 {
        let (iss, latest): (String, Int64) =
            switch subject {
            case .token(let iss, _): (iss, now)
            case .user(let iss, _, let instant): (iss, max(now, instant * 1_000))
            case .reauthentication(let iss, _, _, let by): (iss, by)
            }
        guard let issuer = runtime.policies.current.global.issuers.first(where: { $0.iss.utf8.elementsEqual(iss.utf8) }) else {
            throw GatewayError(.notFound, "No issuer of the policies has this iss")
        }
        guard let longest = issuer.maxLifetime else { return .max }
        return latest + longest / 1_000_000 + 2 * (issuer.leeway / 1_000_000) + 1_000
    }
}

extension AdminGateway: StatefulGateway {
    package func open(for runtime: ServerRuntime) throws(StartError) {
        try store.open(for: runtime)
        do {
            try closeUnfinished(runtime.audit)
        } catch {
            // The store is nobody's then: whoever starts next must find it free.
            try? store.close()
            throw error
        }
        for sighting in store.opened?.staff ?? [] { staff.restore(sighting.user, sighting.rank, seen: sighting.seen) }
        runtime.principals.listen { [staff, store, clock = runtime.clock, weak runtime] principal in
            let (rank, now) = (StaffRank(principal), clock.wallMilliseconds())
            guard let user = UserKey(principal), staff.note(user, rank, now: now), let open = store.opened else { return }
            // Once an hour for each of the staff, and off the event loop.
            Task {
                do {
                    try await open.note(StaffSighting(user: user, rank: rank, seen: now))
                } catch {
                    runtime?.logError("the rank of one of the staff is remembered until the next restart only: \(error)")
                }
            }
        }
    }

    /// What an earlier process did not live to record the result of: whether it took effect is not known, and the log says so (MOD-54).
    private func closeUnfinished(_ audit: AuditLog) throws(StartError) {
        do {
            for intent in try audit.unfinishedIntents() {
                audit.record(
                    AuditRecord(
                        intent.event, outcome: .failed, actor: AuditActor(issuer: intent.issuer, subject: intent.subject),
                        target: intent.target,
                        detail: ["stage": "result", "code": "abandoned", "intent_seq": AuditScalar(intent.seq)], request: intent.request))
            }
        } catch {
            throw StartError(code: .audit, message: "the acts of staff that were left unfinished cannot be found", cause: error)
        }
    }

    package func run(for runtime: ServerRuntime) async {
        await ModerationSweep(runtime).run { now in
            guard let open = store.opened else { return [] }
            staff.forget(now: now)
            return try await open.removeEnded(now: now)
        }
    }

    package func close() throws { try store.close() }
}

extension Revocation {
    /// Whom it means by name.
    fileprivate var user: UserKey? {
        switch subject {
        case .token: nil
        case .user(let iss, let sub, _), .reauthentication(let iss, let sub, _, _): UserKey(iss: iss, subject: sub)
        }
    }
}
