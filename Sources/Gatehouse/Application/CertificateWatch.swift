import GatehouseAudit
import GatehouseTLS
import Logging
import NIOConcurrencyHelpers

/// Keeps the server's certificate fresh (SEC-44): a changed file is read within two seconds, a bad pair stays out and is audited, live
/// connections keep theirs. Both logs report one that ends soon, once a day.
struct CertificateWatch: Sendable {
    let store: CertificateStore
    let audit: AuditLog
    let clock: ServerClock
    let logger: Logger
    private let reminder = NIOLockedValueBox(ExpiryReminder())

    init(store: CertificateStore, audit: AuditLog, clock: ServerClock, logger: Logger) {
        self.store = store
        self.audit = audit
        self.clock = clock
        self.logger = logger
    }

    private var now: Int64 { clock.wallMilliseconds() / 1_000 }

    /// Looks at the files every second until its task is cancelled.
    func run() async {
        while !Task.isCancelled {
            do {
                try await Task.sleep(for: .seconds(1))
            } catch {
                return
            }
            look()
        }
    }

    /// Reads the files if they have changed.
    func look() {
        note { () throws(TLSError) in try store.reloadIfChanged(now: now) }
        remind()
    }

    /// Reads the files, changed or not (SIGHUP).
    func reload() {
        note { () throws(TLSError) in try store.reload(now: now) }
        remind()
    }

    /// Reports that the certificate in use ends soon, if it is due.
    func remind() {
        let now = now
        guard let certificate = store.current.certificate, reminder.withLockedValue({ $0.isDue(certificate, now: now) }) else { return }
        audit.record(AuditRecord(expiring: certificate, now: now))
        logger.warning(
            "the TLS certificate ends soon: renew it",
            metadata: ["subject": "\(certificate.subject)", "not_after": "\(certificate.notAfter)", "now": "\(now)"])
    }

    private func note(_ read: () throws(TLSError) -> TLSContext?) {
        do throws(TLSError) {
            guard let context = try read() else { return }
            audit.record(AuditRecord(.tlsCertificateLoaded, detail: Self.detail(context)))
            logger.info("a new TLS certificate is in use", metadata: ["fingerprint": "\(context.certificate?.fingerprint ?? "")"])
        } catch {
            audit.record(AuditRecord(.tlsCertificateRejected, detail: ["reason": .string(error.code.description)]))
            logger.error("the TLS certificate on disk was not taken; the one before stays in use", metadata: ["error": "\(error)"])
        }
    }

    private static func detail(_ context: TLSContext) -> AuditDetail {
        guard let certificate = context.certificate else { return [:] }
        return [
            "subject": .string(certificate.subject), "fingerprint": .string(certificate.fingerprint),
            "not_after": .integer(certificate.notAfter),
        ]
    }
}
