import GatehousePolicy
import GatehouseTLS

/// What `serve --strict` refuses: whatever is fit for development only (SEC-48, POL-09).
enum StrictCheck {
    static func objections(_ bundle: PolicyBundle, policies: String, certificate: String?) throws(CommandFailure) -> [String] {
        var objections = bundle.relaxations.map { relaxation in
            let what = relaxation.rule.map { "rule \($0)" } ?? "the file"
            return "\(policies)/\(relaxation.position): \(what) is in mode \(relaxation.mode.rawValue), and --strict wants enforce"
        }
        objections += bundle.global.issuers.filter(\.development).map { issuer in
            "\(policies)/\(issuer.position): issuer \(issuer.name) is for development, and --strict refuses it"
        }
        if let certificate, try failing(.cannotStart, { try DevelopmentCertificates.isDevelopment(certificatePath: certificate) }) {
            objections.append("\(certificate): a development certificate, and --strict refuses it")
        }
        return objections
    }
}
