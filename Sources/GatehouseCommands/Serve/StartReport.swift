import GatehousePolicy

/// The output of `gatehouse serve` once it listens: addresses, policies, and the next steps.
struct StartReport {
    let url: String
    let policies: String
    let bundle: PolicyBundle
    let audit: String
    /// Where health and metrics are; `nil`: nowhere.
    let monitoring: String?
    /// Where back ends call; `nil`: nowhere.
    var api: String?
    /// Where the console is, and for whom; `nil`: nowhere.
    var console: String?
    /// Where the demo is; `nil`: nowhere.
    var demo: String?
    let made: [String]
    /// The authority that clients must trust; `nil` without TLS, or with another certificate.
    let authority: String?
    /// Warnings for the operator.
    let warnings: [String]

    var lines: [String] {
        var lines = ["\(Program.name) listening on \(url)"]
        lines += made.map { "made      \($0)" }
        lines.append("policies  \(policies), generation \(bundle.generation), sha256 \(bundle.sha256.prefix(12))")
        lines += bundle.files.map { "          \($0.name) revision \($0.revision), sha256 \($0.sha256.prefix(12))" }
        lines += (relaxations + warnings).map { "warning   \($0)" }
        lines.append("audit     \(audit)")
        if let monitoring { lines.append("health    \(monitoring)/healthz, /readyz, /metrics") }
        if let api { lines.append("back ends \(api)/api/emit, /api/rooms, /api/presence, /api/disconnect") }
        if let console { lines.append("console   \(console)") }
        if let demo { lines.append("demo      \(demo)") }
        return (lines + next).map { TerminalText.safe($0) }
    }

    private var relaxations: [String] {
        bundle.relaxations.map { relaxation in
            "\(policies)/\(relaxation.position): \(relaxation.rule ?? "the file") is in mode \(relaxation.mode.rawValue) and refuses nobody"
        }
    }

    /// Only with a development issuer, for `token issue`.
    private var next: [String] {
        guard let issuer = bundle.global.issuers.first(where: \.development) else { return [] }
        let named = issuer.name == "dev" ? "" : " --issuer \(issuer.name)"
        let staff: Set = ["/", AdminConnection.namespace, RouteCatalogue.adminUI]
        let namespace = bundle.namespaces.keys.sorted().first { !staff.contains($0) && !$0.contains("*") } ?? ""
        let directory = policies == PolicyFiles.defaultDirectory ? "" : " --policies \(policies)"
        let trust = authority.map { " --ca \($0)" } ?? ""
        return [
            "next      get a token:  \(Program.name) token issue --sub alice --role user\(named)\(directory)",
            "          connect:      a Socket.IO client, auth {\"token\": …}, to \(url)\(namespace)"
                + (authority.map { ", trusting \($0)" } ?? "")
                + "; or \(Program.name) admin stats --url \(url)\(trust)\(directory)",
        ]
    }
}
