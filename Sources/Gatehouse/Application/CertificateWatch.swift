import GatehouseAudit
import GatehouseTLS
import Logging

/// Keeps the server's certificate fresh (SEC-44): a changed file is read within two seconds, a bad pair stays out and is audited, live
/// connections keep theirs.
struct CertificateWatch: Sendable {
    let store: CertificateStore
    let audit: AuditLog
    let clock: ServerClock
    let logger: Logger

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
    }

    /// Reads the files, changed or not (SIGHUP).
    func reload() {
        note { () throws(TLSError) in try store.reload(now: now) }
    }

    private func note(_ read: () throws(TLSError) -> TLSContext?) {
        do throws(TLSError) {
            guard let context = try read() else { return }
            audit.record(AuditRecord(.tlsCertificateLoaded, detail: Self.detail(context)))
            logger.info("a new TLS certificate is in use")
        } catch {
            audit.record(AuditRecord(.tlsCertificateRejected, detail: ["reason": .string(error.code.description)]))
            logger.error("the TLS certificate on disk was not taken; the one before stays in use", metadata: ["error": "\(error)"])
        }
    }

    private static func detail(_ context: TLSContext) -> AuditDetail {
        guard let certificate = context.certificate else { return [:] }
        return ["subject": .string(certificate.subject), "not_after": .integer(certificate.notAfter)]
    }
}
