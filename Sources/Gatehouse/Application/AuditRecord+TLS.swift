import GatehouseAudit
import GatehouseNetwork
import GatehouseTLS

extension AuditRecord {
    /// A connection that ended before its TLS handshake did. Folded by address, so that it costs the attacker more than the log.
    ///
    /// No address is charged for it: behind a load balancer that passes TLS on, all clients share one.
    init(failedHandshake error: TLSError, of peer: ClientAddress) {
        self.init(
            .tlsHandshakeFailed, actor: AuditActor(ip: peer),
            detail: ["reason": .string(error.code.description), "message": .string(error.message)])
    }

    /// The certificate in use is about to end, or has ended.
    init(expiring certificate: CertificateSummary, now: Int64) {
        self.init(
            .tlsCertificateExpiring, severity: now > certificate.notAfter ? .error : nil,
            detail: [
                "subject": .string(certificate.subject), "fingerprint": .string(certificate.fingerprint),
                "not_after": .integer(certificate.notAfter), "days_left": .integer((certificate.notAfter - now) / 86_400),
            ])
    }
}
