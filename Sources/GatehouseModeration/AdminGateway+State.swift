package import Gatehouse
import GatehouseAudit
package import GatehouseFiles
import GatehouseTokens

extension AdminGateway: StatefulGateway {
    package var trustedPaths: [TrustedPath] {
        if case .file(let path) = store.place { ModerationFile(path: path).trustedPaths } else { [] }
    }

    package func missingState() throws(StartError) -> [MissingState] {
        guard case .file(let path) = store.place, try store.isMissing() else { return [] }
        return [MissingState(path: path, loss: "revoked tokens are good again, and nobody is banned or muted any more")]
    }

    package func holdsState() throws(StartError) -> Bool { try store.holdsSomething() }

    package func prepareState() throws(StartError) { try store.make() }

    package func open(for runtime: ServerRuntime) throws(StartError) {
        try store.open(for: runtime)
        do {
            try closeUnfinished(runtime.audit)
        } catch {
            // Releases the store, so that the next start finds it free.
            try? store.close()
            throw error
        }
        OtherNodes.listen(on: runtime)
        for sighting in store.opened?.staff ?? [] { staff.restore(sighting.user, sighting.rank, seen: sighting.seen) }
        let now = runtime.clock.wallMilliseconds()
        for token in store.opened?.tokens ?? [] { tokens.remember(token, now: now) }
        runtime.isStaff = { [self, weak runtime] principal in runtime.map { ranks($0).rank(of: principal) > .none } ?? false }
        runtime.violations.listen { [self, weak runtime] user, namespace in
            if let runtime { escalations.violated(user, in: namespace, self, runtime) }
        }
        runtime.principals.listen { [self, weak runtime] principal in
            if let runtime { note(principal, runtime) }
        }
    }

    /// Called when a member of staff connects or is about to leave.
    private func note(_ principal: Principal, _ runtime: ServerRuntime) {
        // Hardly anybody has such a role, and this runs at every CONNECT.
        guard StaffRank(roleOf: principal) > .none, let user = UserID(principal) else { return }
        let (rank, now) = (ranks(runtime).rank(of: principal), runtime.clock.wallMilliseconds())
        guard rank > .none else { return }
        let sighting = staff.note(user, rank, now: now) ? StaffSighting(user: user, rank: rank, seen: now) : nil
        let token = tokens.note(principal, user, rank, now: now)
        guard sighting != nil || token != nil, let open = store.opened else { return }
        // Once an hour for each of the staff and once for each of their tokens, and off the event loop.
        Task { [publication, weak runtime] in
            do {
                try await open.note(sighting, token)
                guard let runtime, runtime.cluster != nil else { return }
                // Rank protects on every node.
                let body = SharedBody.staff(sighting.map { [$0] } ?? [], token.map { [$0] } ?? [])
                try await open.share(SharedOutbox.Draft(text: body.text, now: now))
                publication.ring()
            } catch {
                runtime?.logError("the rank of one of the staff is remembered until the next restart only: \(error)")
            }
        }
    }

    /// Acts whose result an earlier process could not record (MOD-54). What the store has is done: its effect on sessions is over with
    /// the process. Of others it is unknown whether they took effect, and the log says so.
    private func closeUnfinished(_ audit: AuditLog) throws(StartError) {
        do {
            for intent in try audit.unfinishedIntents() {
                let (isDone, order) = try kept(intent)
                var detail: AuditDetail = ["stage": "result", "intent_seq": AuditScalar(intent.seq)]
                detail.append("code", isDone ? "completed" : "abandoned")
                if let order { detail.append("order", .integer(order)) }
                audit.record(
                    AuditRecord(
                        intent.event, outcome: isDone ? .ok : .failed, actor: AuditActor(issuer: intent.issuer, subject: intent.subject),
                        target: intent.target, detail: detail, request: intent.request))
            }
        } catch {
            throw StartError(code: .audit, message: "the acts of staff that were left unfinished cannot be found", cause: error)
        }
    }

    /// Whether the store has it, and its place among what was kept.
    private func kept(_ intent: UnfinishedIntents.Intent) throws -> (Bool, order: Int64?) {
        guard let issuer = intent.actorIssuer ?? intent.issuer, let subject = intent.subject, let open = store.opened else {
            return (false, nil)
        }
        if intent.event == .reportReceived { return (try open.readNow { try ReportTable.report(intent.request, $0) != nil }, nil) }
        let verb = String(intent.event.rawValue.dropFirst("admin.".count))
        let order = try open.readNow {
            try RequestTable.number(of: UserID(iss: issuer, subject: subject), verb, intent.request, $0)
        }
        return (order != nil, order)
    }

    package func catchUp(for runtime: ServerRuntime) async { await SharedActs(self, runtime)?.start() }

    package func run(for runtime: ServerRuntime) async {
        guard let shared = SharedActs(self, runtime) else { return await sweep(runtime) }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await sweep(runtime) }
            group.addTask { await shared.run() }
        }
    }

    private func sweep(_ runtime: ServerRuntime) async {
        await ModerationSweep(runtime).run { sweep, now in
            guard let open = store.opened else { return }
            staff.forget(now: now)
            tokens.forget(now: now)
            await sweep.recordEnd(of: try await open.removeEnded(now: now))
            await sweep.recordEnd(of: try await open.removeEndedRestrictions(now: now))
            try await approvals.sweep(runtime, open)
        }
    }

    package func close() throws { try store.close() }
}
