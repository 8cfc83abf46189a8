import GatehouseAudit
import GatehouseTokens
import Logging

/// Keeps the token keys fresh (SEC-09, SEC-40): changed key files of any issuer are read within two seconds, and a complete new verifier
/// takes the old one's place. A bad set stays out and is audited; the one before stays in force.
///
/// During a rotation old and new keys stand in the files together, and no client is refused. A key that is taken out verifies nothing from
/// then on; sessions that it opened live on to their token's end.
package struct KeyWatch: Sendable {
    let keys: TokenKeys
    let audit: AuditLog
    let logger: Logger

    /// Looks at the files every second until its task is cancelled.
    func run() async {
        while (try? await Task.sleep(for: .seconds(1))) != nil { await look() }
    }

    /// Tells of keys of the sets in force that cannot be used, each once.
    func tellLeftOut() {
        for key in keys.takeNewlyLeftOut() {
            audit.record(
                AuditRecord(
                    .keyLeftOut, severity: key.isOurs ? .warning : .info,
                    detail: ["source": .string(key.issuer), "key": .string(key.name), "reason": .string(key.reason.rawValue)]))
            logger.log(
                level: key.isOurs ? .warning : .info, "a key of the issuer \(key.issuer) is left out: \(key.message)",
                metadata: ["key": "\(key.name)"])
        }
    }

    /// Reads the keys if their files or the issuers have changed.
    func look() async {
        await note("files") { () throws(TokenKeyError) in try keys.prepareIfChanged() }
        tellLeftOut()
    }

    /// Reads the keys, changed or not (SIGHUP).
    func reload() async {
        await note("files") { () throws(TokenKeyError) in try keys.prepare() }
        tellLeftOut()
    }

    /// Takes a set that an issuer published.
    /// - Throws: a `TokenKeyError` if it is not fit for use, an `AuditError` if it cannot be recorded now.
    func publish(_ set: [UInt8], at address: KeySetAddress) async throws {
        try await load(address.issuer) { () throws(TokenKeyError) in try keys.prepare(set, at: address) }
        tellLeftOut()
    }

    /// Keys could not be loaded: those in force stay.
    func rejected(_ source: String, _ error: any Error, issuer: String? = nil) {
        let reason = ((error as? TokenKeyError)?.code ?? .unavailable).rawValue
        var detail: AuditDetail = ["source": .string(source), "reason": .string(reason)]
        if let issuer { detail.append("issuer", .string(issuer)) }
        audit.record(AuditRecord(.keyRejected, detail: detail))
        logger.error("token keys were not taken; the ones before stay in use", metadata: ["source": "\(source)", "error": "\(error)"])
    }

    private func note(_ source: String, _ read: () throws(TokenKeyError) -> TokenKeys.Prepared?) async {
        do {
            try await load(source, read)
        } catch let error as AuditError {
            // It is tried again at the next look, and nothing can be recorded until then.
            logger.error("token keys cannot be recorded, so they were not taken", metadata: ["source": "\(source)", "error": "\(error)"])
        } catch {
            rejected(source, error)
        }
    }

    /// Class A: read, recorded, and only then in force. Once more where something else changed in between.
    private func load(_ source: String, _ read: () throws(TokenKeyError) -> TokenKeys.Prepared?) async throws {
        guard var prepared = try read() else { return }
        for rejection in prepared.rejected { rejected("files", rejection.error, issuer: rejection.issuer) }
        if prepared.isRejectionOnly {
            // Records the present state of the files. The next look sees later changes.
            _ = keys.take(prepared)
            return
        }
        for _ in 0..<4 {
            let names = (added: prepared.changes.added.joined(separator: " "), removed: prepared.changes.removed.joined(separator: " "))
            try await audit.recordDurably(
                AuditRecord(
                    .keyLoaded,
                    detail: [
                        "source": .string(source), "keys": AuditScalar(prepared.reading.issuers.keyCount),
                        "added": .string(names.added), "removed": .string(names.removed),
                    ]))
            guard !keys.take(prepared) else {
                return logger.info("token keys were read", metadata: ["added": "\(names.added)", "removed": "\(names.removed)"])
            }
            prepared = try keys.prepare()
        }
    }
}
