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
        while (try? await Task.sleep(for: .seconds(1))) != nil { look() }
    }

    /// Reads the keys if their files or the issuers have changed.
    func look() {
        note("files") { () throws(TokenKeyError) in try keys.reloadIfChanged() }
    }

    /// Reads the keys, changed or not (SIGHUP).
    func reload() {
        note("files") { () throws(TokenKeyError) in try keys.reload() }
    }

    /// Takes a set that an issuer published.
    func publish(_ set: [UInt8], at address: KeySetAddress) throws(TokenKeyError) {
        if let changes = try keys.publish(set, at: address) { loaded(address.issuer, changes) }
    }

    /// Keys that could not be had: what was in force stays.
    func rejected(_ source: String, _ error: any Error) {
        let reason = ((error as? TokenKeyError)?.code ?? .unavailable).rawValue
        audit.record(AuditRecord(.keyRejected, detail: ["source": .string(source), "reason": .string(reason)]))
        logger.error("token keys were not taken; the ones before stay in use", metadata: ["source": "\(source)", "error": "\(error)"])
    }

    private func note(_ source: String, _ read: () throws(TokenKeyError) -> KeyChanges?) {
        do throws(TokenKeyError) {
            if let changes = try read() { loaded(source, changes) }
        } catch { rejected(source, error) }
    }

    private func loaded(_ source: String, _ changes: KeyChanges) {
        let names = (added: changes.added.joined(separator: " "), removed: changes.removed.joined(separator: " "))
        audit.record(
            AuditRecord(
                .keyLoaded,
                detail: [
                    "source": .string(source), "keys": AuditScalar(keys.tokens.current.issuers.keyCount),
                    "added": .string(names.added), "removed": .string(names.removed),
                ]))
        logger.info("token keys were read", metadata: ["added": "\(names.added)", "removed": "\(names.removed)"])
    }
}
