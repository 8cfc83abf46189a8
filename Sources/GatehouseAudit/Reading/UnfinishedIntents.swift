/// Intents without a result: the process ended between the two (MOD-54).
///
/// An intent and its result lie seconds apart, so the last two files are read, the second one for an intent just before a rotation. Read
/// before the log takes records of a new start's own intents. Not for event loops: it reads files.
package struct UnfinishedIntents {
    /// One of them.
    package struct Intent: Sendable, Equatable {
        package let event: AuditEvent
        package let request: ULID
        package let seq: UInt64
        package let issuer: String?
        package let subject: String?
        /// The `iss` of the actor, where the record has it: `issuer` is a name of the policies.
        package let actorIssuer: String?
        package let target: AuditTarget
    }

    /// In the order in which they were recorded.
    package private(set) var intents: [Intent] = []

    init(directory: String, files: any AuditFileSystem) throws(AuditError) {
        do throws(FileError) {
            let names = try files.names(in: directory).compactMap { SegmentName($0) }.sorted()
            for name in names.suffix(2) {
                var source = try LineSource(directory + "/" + name.text, files: files)
                reading: while true {
                    switch try source.next() {
                    case .line(let range): note(source.buffer.span.extracting(range))
                    case .tooLong(hasEnd: true): continue
                    case .tooLong(hasEnd: false), .torn, .end: break reading
                    }
                }
            }
        } catch {
            throw AuditError(.io, "the audit log in \(directory) cannot be read", cause: error)
        }
    }

    /// `verify` reports lines that are not records; here they are skipped.
    private mutating func note(_ line: Span<UInt8>) {
        guard RecordLine.hasRequest(line), let entry = AuditEntry(line.copied()), let event = AuditEvent(rawValue: entry.event),
            let request = entry.text("req").flatMap({ ULID($0) })
        else { return }
        let (issuer, subject) = (entry.text("actor/iss"), entry.text("actor/sub"))
        guard entry.outcome == AuditOutcome.pending.rawValue else {
            // Another actor's request with the same id, and a dry run, end nothing.
            guard entry.text("detail/stage") == "result" else { return }
            return intents.removeAll { ($0.request, $0.event, $0.issuer, $0.subject) == (request, event, issuer, subject) }
        }
        intents.append(
            Intent(
                event: event, request: request, seq: entry.seq, issuer: issuer, subject: subject,
                actorIssuer: entry.text("detail/by_iss"),
                target: AuditTarget(
                    namespace: entry.text("target/ns"), event: entry.text("target/event"), room: entry.text("target/room"),
                    issuer: entry.text("target/iss"), subject: entry.text("target/sub"), reference: entry.text("target/ref"))))
    }
}

extension AuditLog {
    /// What earlier starts of this node left unfinished.
    package func unfinishedIntents() throws(AuditError) -> [UnfinishedIntents.Intent] {
        try UnfinishedIntents(directory: configuration.directory, files: files).intents
    }
}
