import Gatehouse
import GatehouseAudit
import GatehouseJSON

/// `audit.query`, `audit.verify`, `audit.head`: the audit log of the running server. Two desks, so that a query does not wait for
/// the end of a verification, which takes as long as the log is.
extension AdminGateway {
    func queryAudit(_ dto: AuditQueryRequest, _ context: EventContext) async throws -> EncodedJSON {
        try await reach(of: .auditQuery, context).require(dto.room)
        let audit = context.client.server.runtime.audit
        let (directory, after) = (audit.directory, UInt64(clamping: dto.cursor ?? 0))
        let (filter, limit) = (dto.filter, dto.limit)
        do {
            let (count, answer) = try await queries.run { stop in
                stop.allow(AuditPage.time)
                let page = try AuditPage(
                    filter, after: after, limit: limit, in: directory, files: StoppableFiles(stop: stop), stop: stop)
                return (page.records.count, try EncodedJSON(page.object))
            }
            audit.record(
                AuditRecord(
                    .adminAuditQuery, actor: context.auditActor, target: AuditTarget(event: dto.event, room: dto.room),
                    detail: ["records": AuditScalar(count), "from": .string(dto.from ?? ""), "to": .string(dto.to ?? "")]))
            return answer
        } catch let error as AuditError {
            throw error.unreadable
        }
    }

    /// A stream of one element, the verdict: however long it takes, no handler timeout ends it, and it ends with its client.
    func verifyAudit(_ dto: EmptyRequest, _ context: EventContext) throws -> AsyncThrowingStream<JSONObject, any Error> {
        let audit = context.client.server.runtime.audit
        let (actor, directory, head) = (context.auditActor, audit.directory, audit.head.seq)
        let stop = ReadingStop()
        let (elements, continuation) = AsyncThrowingStream<JSONObject, any Error>.makeStream(bufferingPolicy: .bufferingOldest(1))
        continuation.onTermination = { _ in stop.cancel() }
        try verifications.begin(stop) {
            let files = StoppableFiles(stop: stop)
            return try AuditVerifier(files: files).verify(directory: directory, key: try AuditVerifierKey(publishedIn: directory, files))
                .ofLiveLog(from: head)
        } done: { result in
            switch result {
            case .success(let report):
                audit.record(
                    AuditRecord(
                        .adminAuditVerify, outcome: report.verdict == .good ? .ok : .failed, actor: actor,
                        detail: ["verdict": .string("\(report.verdict)"), "records": AuditScalar(report.records)]))
                continuation.yield(report.summary)
                continuation.finish()
            case .failure(let error): continuation.finish(throwing: (error as? AuditError)?.unreadable ?? error)
            }
        }
        return elements
    }

    func auditHead(_ dto: EmptyRequest, _ context: EventContext) -> JSONObject {
        let audit = context.client.server.runtime.audit
        let head = audit.head
        audit.record(AuditRecord(.adminAuditHead, actor: context.auditActor))
        return [
            "seq": .integer(Int64(clamping: head.seq)), "hash": .string(head.hash.text),
            "writable": .bool(audit.health == .healthy), "lost": .integer(Int64(clamping: audit.lost)),
        ]
    }
}

extension AuditError {
    /// The answer for staff: the operational log has the cause, with the paths of the host.
    fileprivate var unreadable: GatewayError {
        GatewayError(.unavailable, "The audit log cannot be read now; the server's log says why", cause: self)
    }
}

extension AuditVerifierKey {
    /// The key that a log publishes beside itself; `nil` if it signs no checkpoints. Whoever owns the host owns this key too: only one that
    /// was kept elsewhere shows that it was replaced (AUD-26).
    fileprivate init?(publishedIn directory: String, _ files: some AuditFileSystem) throws {
        let bytes: [UInt8]
        do throws(FileError) {
            let descriptor = try files.open(directory + "/audit.pub", as: .read)
            defer { files.close(descriptor) }
            bytes = try files.read(descriptor, at: 0, count: 4_096)
        } catch {
            guard error.number == ErrorNumber.missing else { throw error }
            return nil
        }
        var text = Substring(decoding: bytes, as: UTF8.self)
        while let last = text.last, last.isWhitespace { text.removeLast() }
        try self.init(String(text))
    }
}
