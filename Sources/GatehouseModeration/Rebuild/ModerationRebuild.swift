import Gatehouse
package import GatehouseAudit
import GatehouseJSON
import GatehouseTokens

/// Rebuilds the moderation store from the audit log (MOD-53): offline, into a file that is not there yet, and only from a log that is whole.
///
/// Not rebuilt: revocations of one token by its `jti`, which stands in the log as a keyed hash; the ranks that are remembered of staff who
/// are not connected; the answer to a repeat of such a revocation, and of `act.bulk`, whose items have their own.
package struct ModerationRebuild: Sendable {
    private let directory: String
    private let key: AuditVerifierKey?
    private let file: ModerationFile
    /// Milliseconds since 1970: what has ended by then is left out.
    private let now: Int64

    package init(fromAudit directory: String, key: AuditVerifierKey?, into path: String, now: Int64) {
        self.directory = directory
        self.key = key
        file = ModerationFile(path: path)
        self.now = now
    }

    /// What was rebuilt, and what could not be.
    package struct Report: Sendable {
        package var records: UInt64 = 0
        package var acts = 0
        package var reports = 0
        package var approvals = 0
        /// Tokens whose revocation the log has only as a hash.
        package var lostTokens = 0
        /// Acts whose answer a repeat does not get any more.
        package var lostAnswers = 0
        /// Further losses, in words.
        package var notes: [String] = []
    }

    /// Blocks on the disk: not for event loops.
    /// - Throws: ``ModerationStoreError`` for a file that is there, ``AuditError`` for a log that is not whole or cannot be read.
    package func run() async throws -> Report {
        guard try !file.isThere() else {
            throw ModerationStoreError(.file, "\(file.path) is there: nothing is overwritten; give another path, or move it away")
        }
        var report = Report()
        let verdict = try AuditVerifier().verify(directory: directory, key: key)
        guard verdict.verdict != .tampered else {
            throw AuditError(.broken, "the audit log is not whole: \(verdict.finding?.description ?? directory)")
        }
        if verdict.verdict == .tornTail { report.notes.append("the last line of the log is torn, and was left out") }
        report.records = verdict.records
        var replay = AuditReplay()
        var reader = AuditReader(directory: directory)
        while let entry = try reader.next() { replay.note(entry) }
        report.notes += replay.gaps
        let draft = file.path + ".rebuilt"
        try await file.adopt(draft) {
            let store = try OpenModerationStore(draft: draft)
            do {
                try await apply(replay.steps, to: store, &report)
                _ = try await store.removeEnded(now: now)
                _ = try await store.removeEndedRestrictions(now: now)
            } catch {
                try? store.close()
                throw error
            }
            try store.close()
        }
        return report
    }

    private func apply(_ steps: [AuditReplay.Step], to store: OpenModerationStore, _ report: inout Report) async throws {
        var approvals: [ULID: Approval] = [:]
        for (number, step) in steps.enumerated() {
            switch step {
            case .act(let act):
                if act.isApproved { approvals[act.request] = nil }
                try await apply(act, to: store, &report)
                // What has ended makes room, as the sweep of a running server does.
                if number.isMultiple(of: 1_000) { _ = try await store.removeEndedRestrictions(now: act.at) }
            case .report(let user, let at):
                let origin = ActOrigin(request: user.id, by: user.reporter, at: at, reason: user.reason)
                _ = try await store.make([.report(user)], origin, nil, now: at)
                report.reports += 1
            case .approvalAsked(let approval): approvals[approval.id] = approval
            case .approvalGranted(let id, let granter):
                // The last grant makes the act, and is not kept.
                if let waiting = approvals[id], waiting.granted.count + 1 < waiting.needs { approvals[id]?.granted.append(granter) }
            case .approvalOver(let id): approvals[id] = nil
            }
        }
        let waiting = approvals.values.filter { $0.ends > now }
        try await store.change { database in for approval in waiting { try ApprovalTable.put(approval, database) } }
        report.approvals = waiting.count
    }

    private func apply(_ replayed: AuditReplay.ReplayedAct, to store: OpenModerationStore, _ report: inout Report) async throws {
        let changes = replayed.changes.filter { !$0.namesHashedToken }
        report.lostTokens += replayed.changes.count - changes.count
        report.acts += 1
        let origin = ActOrigin(request: replayed.request, by: replayed.actor, at: replayed.at, reason: replayed.reason)
        guard changes.count == replayed.changes.count, let payload = replayed.payload,
            let json = try? JSONValue(parsing: Array(payload.utf8), limits: JSONLimits()),
            let act = (try? ActCodec.recorded(replayed.verb, json)) ?? nil, replayed.isPending || replayed.answer != nil
        else {
            report.lostAnswers += 1
            if !changes.isEmpty { _ = try await store.make(changes, origin, nil, now: replayed.at) }
            return
        }
        var request = KeptRequest(
            actor: replayed.actor, event: replayed.verb, id: replayed.request, payload: payload, changes: changes, reverse: [],
            answer: act.settled(changes), seq: nil, at: replayed.at, target: act.subject.target)
        if !changes.isEmpty {
            request.reverse = store.state.reverse(of: changes, now: replayed.at)
            request.isPending = true
            var former: KeptRequest?
            if let undo = act as? ActUndo {
                former = try await store.read { try RequestTable.request(seq: undo.auditSeq, $0) }
            }
            _ = try await store.make(changes, origin, request, undoing: former, now: replayed.at)
        }
        guard !replayed.isPending, let answer = replayed.answer else { return }
        request.answer = answer
        request.seq = replayed.seq
        if let seq = replayed.seq { request.answer["audit_seq"] = .integer(Int64(clamping: seq)) }
        request.isPending = false
        try await store.keep(request)
    }
}

extension StateChange {
    /// Whether it revokes a token that is named by its hash.
    fileprivate var namesHashedToken: Bool {
        if case .revoke(let revocation) = self, case .token = revocation.subject { true } else { false }
    }
}
