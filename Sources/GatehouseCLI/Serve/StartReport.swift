import GatehousePolicy

/// What `gatehouse serve` says once it listens: where, under which policies, and what a newcomer does next.
struct StartReport {
    let url: String
    let policies: String
    let bundle: PolicyBundle
    let audit: String
    /// Where health and metrics are; `nil`: nowhere.
    let monitoring: String?
    let made: [String]
    /// What clients must trust; `nil` without TLS, or with a certificate that others may trust already.
    let authority: String?
    let isDevelopmentCertificate: Bool
    let openFiles: OpenFiles
    /// The connections that the configuration allows.
    let connections: Int?

    var lines: [String] {
        var lines = ["gatehouse listening on \(url)"]
        lines += made.map { "made      \($0)" }
        lines.append("policies  \(policies), generation \(bundle.generation), sha256 \(bundle.sha256.prefix(12))")
        lines += bundle.files.map { "          \($0.name) revision \($0.revision), sha256 \($0.sha256.prefix(12))" }
        lines += warnings.map { "warning   \($0)" }
        lines.append("audit     \(audit)")
        if let monitoring { lines.append("health    \(monitoring)/healthz, /readyz, /metrics") }
        return (lines + next).map { TerminalText.safe($0) }
    }

    private var warnings: [String] {
        var warnings = bundle.relaxations.map { relaxation in
            "\(policies)/\(relaxation.position): \(relaxation.rule ?? "the file") is in mode \(relaxation.mode.rawValue) and refuses nobody"
        }
        let issuers = bundle.global.issuers.filter(\.development).map(\.name)
        if !issuers.isEmpty {
            warnings.append("development keys are trusted (issuer \(issuers.joined(separator: ", "))): not for production")
        }
        if let shortage = connections.flatMap({ openFiles.shortage(forConnections: $0) }) { warnings.append(shortage) }
        if isDevelopmentCertificate { warnings.append("the certificate is a development one: not for production") }
        return warnings
    }

    /// Only where `token issue` can work: with a development issuer.
    private var next: [String] {
        guard let issuer = bundle.global.issuers.first(where: \.development) else { return [] }
        let named = issuer.name == "dev" ? "" : " --issuer \(issuer.name)"
        let directory = policies == PolicyFiles.defaultDirectory ? "" : " --policies \(policies)"
        let trust = authority.map { " --ca \($0)" } ?? ""
        return [
            "next      get a token:  gatehouse token issue --sub alice --role user\(named)\(directory)",
            "          connect:      a Socket.IO client, auth {\"token\": …}, to \(url)/chat" + (authority.map { ", trusting \($0)" } ?? "")
                + "; or gatehouse admin stats --url \(url)\(trust)\(directory)",
        ]
    }
}
