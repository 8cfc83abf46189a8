import GatehouseAudit

extension FeedItem {
    /// What the log records about the node itself, as an alert: no actor, and only what is about no client.
    init(alert record: AuditRecord, at time: Int64) {
        self.init(.alert, record.event.rawValue, at: time)
        add("severity", record.severity.rawValue)
        add("about", record.target?.reference)
        for (name, value) in record.detail.pairs.prefix(16) { add(more: name, value) }
    }
}
