import Gatehouse
import GatehouseAudit
import GatehouseJSON

/// The acts that an audit log tells of, in the order in which they were kept (MOD-53). A value that is fed one record after the other.
struct AuditReplay: Sendable {
    /// An act that was made: what it kept is durable, and its effect is over unless it is pending.
    struct ReplayedAct: Sendable {
        let actor: UserID
        let verb: String
        let request: ULID
        /// Milliseconds since 1970.
        let at: Int64
        let reason: String
        /// The payload; `nil` where the log has it not whole.
        let payload: String?
        let changes: [StateChange]
        /// The answer as far as the log has it.
        var answer: JSONObject?
        /// The number of its result.
        var seq: UInt64?
        var isPending = false
        /// Its place among what was kept, where it kept something.
        var order: Int64?
        /// Whether another person asked for it.
        let isApproved: Bool
    }

    enum Step: Sendable {
        case act(ReplayedAct)
        case report(UserReport, at: Int64)
        case approvalAsked(Approval)
        case approvalGranted(ULID, by: UserID)
        case approvalOver(ULID)
    }

    private struct Key: Hashable {
        let actor: UserID
        let event: String
        let request: ULID
    }

    private struct Intent {
        let by: UserID
        let at: Int64
        let reason: String
        let payload: String?
        let changes: [StateChange]
        let isApproved: Bool
    }

    private var intents: [Key: Intent] = [:]
    private var made: [Key: (slot: UInt64, act: ReplayedAct)] = [:]
    private var reports: [ULID: (slot: UInt64, report: UserReport, at: Int64)] = [:]
    private var others: [(slot: UInt64, step: Step)] = []
    /// What the log has not whole, in words.
    private(set) var gaps: [String] = []

    mutating func note(_ entry: AuditEntry) {
        guard let request = entry.text("req").flatMap({ ULID($0) }) else { return }
        switch AuditEvent(rawValue: entry.event) {
        case .reportReceived: noteReport(entry, request)
        case .approvalRequested, .approvalGranted, .approvalRejected, .approvalLapsed: noteApproval(entry, request)
        case .some where entry.event.hasPrefix("admin."): noteAct(entry, request)
        default: break
        }
    }

    // MARK: Acts

    private mutating func noteAct(_ entry: AuditEntry, _ request: ULID) {
        guard let actor = entry.actor else { return gap(entry, "names no actor") }
        let key = Key(actor: actor, event: entry.event, request: request)
        switch entry.text("detail/stage") {
        case "intent":
            guard let changes = Self.changes(entry) else { return gap(entry, "holds changes that this version does not know") }
            let payload = entry.text("detail/act")
            intents[key] = Intent(
                by: entry.actorByIssuer ?? actor, at: entry.at, reason: Self.reason(of: payload) ?? entry.text("detail/reason") ?? "",
                payload: payload, changes: changes,
                isApproved: entry.text("detail/requested_by") != nil)
        case "result":
            let isDone = entry.outcome == AuditOutcome.ok.rawValue && entry.text("detail/code") == nil
            let isKept = entry.text("detail/code") == "completed" || entry.flag("detail/kept")
            if var known = made[key] {
                // A repeat has made the effect that was left.
                guard isDone else { return }
                known.act.isPending = false
                known.act.seq = entry.seq
                known.act.answer = entry.answer
                made[key] = known
                return
            }
            guard let intent = intents.removeValue(forKey: key), isDone || isKept else { return }
            made[key] = (
                entry.seq,
                ReplayedAct(
                    actor: intent.by, verb: String(entry.event.dropFirst("admin.".count)), request: request, at: intent.at,
                    reason: intent.reason, payload: intent.payload, changes: intent.changes, answer: isDone ? entry.answer : nil,
                    seq: isDone ? entry.seq : nil, isPending: !isDone, order: entry.integer("detail/order"), isApproved: intent.isApproved)
            )
        default: break
        }
    }

    private static func changes(_ entry: AuditEntry) -> [StateChange]? {
        guard let text = entry.text("detail/changes") else { return [] }
        guard let list = parsed(text)?.arrayValue else { return nil }
        let changes = list.compactMap { StateChange($0) }
        return changes.count == list.count ? changes : nil
    }

    private static func reason(of payload: String?) -> String? { payload.flatMap { parsed($0)?["reason"]?.stringValue } }

    // MARK: Reports and approvals

    private mutating func noteReport(_ entry: AuditEntry, _ request: ULID) {
        switch entry.text("detail/stage") {
        case "intent":
            guard case .report(let report)? = Self.changes(entry)?.first else { return gap(entry, "holds no report") }
            reports[request] = (entry.seq, report, entry.at)
        case "result":
            // Without a result it was not answered; it is counted as made if the start behind it found it.
            if entry.outcome == AuditOutcome.ok.rawValue, let known = reports.removeValue(forKey: request) {
                others.append((known.slot, .report(known.report, at: known.at)))
            }
        default: break
        }
    }

    private mutating func noteApproval(_ entry: AuditEntry, _ request: ULID) {
        switch AuditEvent(rawValue: entry.event) {
        case .approvalRequested:
            guard let actor = entry.actorByIssuer ?? entry.actor, let verb = entry.text("detail/verb"),
                let payload = entry.text("detail/act"),
                let ends = entry.integer("detail/ends"), let needs = entry.integer("detail/needs")
            else { return gap(entry, "holds no whole request for approval") }
            others.append(
                (
                    entry.seq,
                    .approvalAsked(
                        Approval(
                            id: request, event: verb, payload: payload, requester: actor,
                            reason: Self.reason(of: payload) ?? entry.text("detail/reason") ?? "", at: entry.at, ends: ends,
                            needs: Int(clamping: needs), granted: [actor]))
                ))
        case .approvalGranted:
            guard let actor = entry.actorByIssuer ?? entry.actor else { return gap(entry, "names no actor") }
            others.append((entry.seq, .approvalGranted(request, by: actor)))
        default: others.append((entry.seq, .approvalOver(request)))
        }
    }

    private mutating func gap(_ entry: AuditEntry, _ what: String) { gaps.append("record \(entry.seq) (\(entry.event)) \(what)") }

    // MARK: Order

    /// Everything in order. Results of acts that were made at once may stand in the log in another order than the acts were kept in: their
    /// places are those of the results, and who has which place is told by the order.
    var steps: [Step] {
        var placed = others + made.values.map { ($0.slot, Step.act($0.act)) }
        placed.sort { $0.slot < $1.slot }
        let ordered = placed.indices.filter { if case .act(let act) = placed[$0].step { act.order != nil } else { false } }
        let acts = ordered.map { placed[$0].step }.sorted { $0.order < $1.order }
        for (index, act) in zip(ordered, acts) { placed[index].step = act }
        return placed.map(\.step)
    }
}

extension AuditReplay.Step {
    fileprivate var order: Int64 { if case .act(let act) = self { act.order ?? .max } else { .max } }
}

private func parsed(_ text: String) -> JSONValue? { try? JSONValue(parsing: Array(text.utf8), limits: JSONLimits()) }

extension AuditEntry {
    /// The actor by the issuer's `iss`.
    fileprivate var actorByIssuer: UserID? {
        guard let iss = text("detail/by_iss"), let sub = text("actor/sub") else { return nil }
        return UserID(iss: iss, subject: sub)
    }

    /// The actor as records name one: by the name that the policies give the issuer.
    fileprivate var actor: UserID? {
        guard let iss = text("actor/iss"), let sub = text("actor/sub") else { return nil }
        return UserID(iss: iss, subject: sub)
    }

    /// When it happened by the server's clock, in milliseconds since 1970; in older logs by that of the record.
    fileprivate var at: Int64 { integer("detail/at") ?? milliseconds ?? 0 }

    fileprivate var answer: JSONObject? { text("detail/answer").flatMap { parsed($0)?.objectValue } }
}
