import GatehousePolicy
import GatehouseTLS
import GatehouseTokens

/// What a strict configuration refuses: keys, certificates and modes for development (SEC-48, POL-09).
struct StrictCheck {
    /// The directory that places in policy files are shown under.
    let policies: String
    let bundle: PolicyBundle
    /// The issuers with a key that is marked as made for development, by name.
    var developmentKeys: [String] = []
    /// The certificate's file and what is in it; `nil` without TLS.
    var certificate: (path: String, summary: CertificateSummary)?

    /// One line each, with the place and what to do.
    var objections: [String] {
        var objections = bundle.relaxations.map { relaxation in
            let what = relaxation.rule.map { "rule \($0)" } ?? "the file"
            return "\(policies)/\(relaxation.position): \(what) is in mode \(relaxation.mode.rawValue); strict takes enforce only"
        }
        objections += bundle.global.issuers.filter { $0.development || developmentKeys.contains($0.name) }.map { issuer in
            "\(policies)/\(issuer.position): issuer \(issuer.name) is for development; strict refuses it: use an issuer of your own"
        }
        if let certificate, certificate.summary.isDevelopment {
            objections.append("\(certificate.path): a development certificate; strict refuses it: use one that your clients trust")
        }
        return objections
    }
}

extension Application {
    /// Token keys and certificate, with all objections of a strict configuration to them and to the policies.
    func loadKeys(_ policies: PolicyHolder, unknownKeys: UnknownKeys) throws(StartError) -> (TokenKeys, CertificateStore?) {
        let keys = Result { () throws(StartError) in try makeKeys(policies, unknownKeys: unknownKeys) }
        let certificates = Result { () throws(StartError) in try makeCertificates() }
        if configuration.strict {
            var check = StrictCheck(policies: configuration.policies, bundle: policies.current)
            if case .success(let keys) = keys { check.developmentKeys = keys.tokens.current.issuers.namesWithDevelopmentKeys }
            if case .success(let store) = certificates, case .tls(let path, _) = configuration.transport,
                let summary = store?.current.certificate
            {
                check.certificate = (path, summary)
            }
            let objections = check.objections
            guard objections.isEmpty else { throw StartError(code: .strict, message: objections.joined(separator: "\n")) }
        }
        return (try keys.get(), try certificates.get())
    }
}
