import COpenSSL

/// The public facts of a certificate: names, dates, fingerprint.
package struct CertificateSummary: Sendable, Hashable {
    /// The subject in RFC 2253 form, control characters escaped.
    package let subject: String
    /// The issuer in RFC 2253 form, control characters escaped.
    package let issuer: String
    /// Seconds since 1970 (UTC).
    package let notBefore: Int64
    /// Seconds since 1970 (UTC).
    package let notAfter: Int64
    /// SHA-256 over the DER form, lower-case hexadecimal.
    package let fingerprint: String

    /// Made by ``DevelopmentCertificates``, or signed by such an authority: `gatehouse serve --strict` refuses it.
    package let isDevelopment: Bool

    init(_ certificate: OpaquePointer) {
        subject = unsafe Self.text(X509_get_subject_name(certificate))
        issuer = unsafe Self.text(X509_get_issuer_name(certificate))
        notBefore = unsafe Self.seconds(X509_get0_notBefore(certificate))
        notAfter = unsafe Self.seconds(X509_get0_notAfter(certificate))
        isDevelopment =
            unsafe Self.organisation(X509_get_subject_name(certificate)) == DevelopmentCertificates.organisationMark
            || Self.organisation(X509_get_issuer_name(certificate)) == DevelopmentCertificates.organisationMark
        var digest = [UInt8](repeating: 0, count: 64)
        var length: UInt32 = 0
        _ = unsafe X509_digest(certificate, EVP_sha256(), &digest, &length)
        fingerprint = digest.prefix(Int(length)).hexadecimal
    }

    private static func text(_ name: OpaquePointer?) -> String {
        guard let name = unsafe name, let printed = try? TextBIO() else { return "" }
        _ = unsafe X509_NAME_print_ex(printed.handle, name, 0, gatehouse_xn_flags)
        // A name is shown, not stored: 4 KiB of it is enough, whatever a peer put into its certificate.
        return String(decoding: printed.read(limit: 4096), as: UTF8.self)
    }

    private static func organisation(_ name: OpaquePointer?) -> String? {
        var text = [CChar](repeating: 0, count: 128)
        let count = unsafe X509_NAME_get_text_by_NID(name, NID_organizationName, &text, 128)
        guard count > 0 else { return nil }
        return String(decoding: text.prefix(Int(count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64 {
        var days: Int32 = 0
        var seconds: Int32 = 0
        guard let time = unsafe time, let epoch = unsafe ASN1_TIME_set(nil, 0) else { return 0 }
        defer { unsafe ASN1_STRING_free(epoch) }
        guard unsafe ASN1_TIME_diff(&days, &seconds, epoch, time) == 1 else { return 0 }
        return Int64(days) * 86_400 + Int64(seconds)
    }
}

extension Sequence<UInt8> {
    /// Lower-case hexadecimal, two digits a byte.
    var hexadecimal: String {
        var text = ""
        for byte in self {
            let digits = String(byte, radix: 16)
            if digits.utf8.count == 1 { text += "0" }
            text += digits
        }
        return text
    }
}
