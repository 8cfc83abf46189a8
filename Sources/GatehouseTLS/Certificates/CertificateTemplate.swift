import COpenSSL

/// The contents of a certificate to be issued.
struct CertificateTemplate {
    struct Extension {
        var identifier: Int32
        var value: String
    }

    var commonName: String
    var days: Int
    /// Seconds since 1970; the certificate is valid from an hour earlier, as clocks differ.
    var now: Int64
    var extensions: [Extension]

    static func authority(now: Int64) -> CertificateTemplate {
        CertificateTemplate(
            commonName: "Gatehouse development authority",
            days: DevelopmentCertificates.authorityDays,
            now: now,
            extensions: [
                Extension(identifier: NID_basic_constraints, value: "critical,CA:TRUE,pathlen:0"),
                Extension(identifier: NID_key_usage, value: "critical,keyCertSign,cRLSign"),
                Extension(identifier: NID_subject_key_identifier, value: "hash"),
            ]
        )
    }

    static func server(hosts: [String], now: Int64) throws(TLSError) -> CertificateTemplate {
        CertificateTemplate(
            commonName: try subjectName(hosts), days: DevelopmentCertificates.leafDays, now: now,
            extensions: leafExtensions(usage: "serverAuth", names: try alternativeNames(hosts))
        )
    }

    /// For mutual TLS.
    static func client(name: String, now: Int64) throws(TLSError) -> CertificateTemplate {
        CertificateTemplate(
            commonName: name, days: DevelopmentCertificates.leafDays, now: now,
            extensions: leafExtensions(usage: "clientAuth", names: try alternativeNames([name]))
        )
    }

    private static func leafExtensions(usage: String, names: String) -> [Extension] {
        [
            Extension(identifier: NID_basic_constraints, value: "critical,CA:FALSE"),
            Extension(identifier: NID_key_usage, value: "critical,digitalSignature"),
            Extension(identifier: NID_ext_key_usage, value: usage),
            Extension(identifier: NID_subject_key_identifier, value: "hash"),
            Extension(identifier: NID_authority_key_identifier, value: "keyid"),
            Extension(identifier: NID_subject_alt_name, value: names),
        ]
    }

    private static func subjectName(_ hosts: [String]) throws(TLSError) -> String {
        guard let first = hosts.first else {
            throw TLSError(.hostInvalid, "A server certificate needs at least one host name or IP address.")
        }
        // X.509 allows 64 characters in a common name; clients look at the alternative names only.
        return first.utf8.count <= 64 ? first : "gatehouse"
    }

    /// OpenSSL's configuration form. Names are checked first: a comma in one would add an entry of its own.
    private static func alternativeNames(_ hosts: [String]) throws(TLSError) -> String {
        var entries: [String] = []
        for host in hosts {
            if HostSyntax.isAddress(host) {
                entries.append("IP:" + host)
            } else if HostSyntax.isName(host) {
                entries.append("DNS:" + host)
            } else {
                throw TLSError(.hostInvalid, "Neither a host name nor an IP address: \(host.prefix(80))")
            }
        }
        return entries.joined(separator: ",")
    }
}
