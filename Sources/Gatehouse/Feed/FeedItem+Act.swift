package import GatehouseAudit

extension FeedItem {
    /// An act of staff, done or failed. Users never get such an item (MOD-41): the feed is staff's.
    ///
    /// - Parameters:
    ///   - verb: the event of `/admin`, such as `session.kick`.
    ///   - actor: who acted.
    ///   - target: whom or what he acted upon.
    ///   - outcome: `done`, or the code of the error.
    ///   - counts: what the act did, such as `closed`.
    ///   - seq: the number of its audit record.
    package init(
        act verb: String, by actor: UserID?, on target: AuditTarget, reason: String, request: String? = nil, outcome: String = "done",
        counts: [(name: String, value: Int64)] = [], seq: UInt64? = nil, at time: Int64
    ) {
        let user = target.issuer.flatMap { iss in target.subject.map { UserID(iss: iss, subject: $0) } }
        self.init(.moderation, verb, at: time, user: user, namespace: target.namespace, room: target.room)
        self.actor = actor
        add("outcome", outcome)
        add("reason", reason, limit: 2_048)
        add("request", request)
        add("about", target.reference)
        add("audit_seq", seq.map { Int64(clamping: $0) })
        for (name, value) in counts { add(more: name, .integer(value)) }
    }
}
