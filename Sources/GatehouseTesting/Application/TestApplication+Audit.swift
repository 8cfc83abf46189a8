import Gatehouse
import GatehouseAudit
public import GatehouseJSON

extension TestApplication {
    /// The records of the audit log so far, in order, up to the server's last decision.
    ///
    /// - Parameter event: only those of this event, such as `msg.denied`.
    /// - Throws: ``TestApplicationError`` with code `audit`.
    public func auditRecords(_ event: String? = nil) async throws -> [JSONValue] {
        do {
            try await server.runtime.audit.flush()
            var reader = AuditReader(directory: configuration.audit)
            var records: [JSONValue] = []
            while let entry = try reader.next() {
                if event == nil || event == entry.event { records.append(try JSONValue(parsing: entry.line)) }
            }
            return records
        } catch {
            throw TestApplicationError(.audit, "the audit log in \(configuration.audit) cannot be read", cause: error)
        }
    }
}
