import GatehousePolicy
import GatehouseTLS

/// When to say that the certificate in use ends soon: from two weeks before its end, or from the last quarter of a shorter life, once a day.
/// Pure; times are seconds since 1970.
struct ExpiryReminder: Sendable {
    private static let day: Int64 = 86_400
    private var last: (fingerprint: String, at: Int64)?

    /// Whether to report it now. Returning true counts as reported.
    mutating func isDue(_ certificate: CertificateSummary, now: Int64) -> Bool {
        let life = certificate.notAfter.subtractingClamped(certificate.notBefore)
        let ahead = min(14 * Self.day, life / 4)
        guard certificate.notAfter.subtractingClamped(now) < ahead else { return false }
        // A clock that was set back does not silence it.
        if let last, last.fingerprint == certificate.fingerprint, (0..<Self.day).contains(now.subtractingClamped(last.at)) { return false }
        last = (certificate.fingerprint, now)
        return true
    }
}
