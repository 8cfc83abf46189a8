import ArgumentParser
import GatehousePolicy

/// `gatehouse token issue`
struct TokenIssueCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "issue",
        abstract: "Issue a token and print it, alone.",
        discussion: """
            The issuer's iss, audience and typ are those of the policies. Whoever can read the key can be anybody: keep it to development.

            Examples:
              gatehouse token issue --sub alice --role user
              gatehouse token issue --sub mo --role moderator --lifetime 15m --claim tenant='"acme"'

            Exit codes: 0 issued, 1 refused, 2 policies or key cannot be read.
            """
    )

    @Option(help: ArgumentHelp("Who the token is for.", valueName: "subject"))
    var sub: String

    @Option(help: ArgumentHelp("A role; may be repeated.", valueName: "role"))
    var role: [String] = []

    @Option(help: ArgumentHelp("Scopes, separated by spaces.", valueName: "scopes"))
    var scope: String?

    @Option(help: ArgumentHelp("Whom the token is meant for; may be repeated. Default: the issuer's audience.", valueName: "name"))
    var audience: [String] = []

    @Option(help: ArgumentHelp("How long it is good, such as 30s, 15m, 1h.", valueName: "time"))
    var lifetime = TimeArgument(nanoseconds: 3_600_000_000_000)

    @Option(help: ArgumentHelp("A further claim; may be repeated.", valueName: "name=json"))
    var claim: [String] = []

    @OptionGroup var source: IssuerOptions

    func validate() throws {
        guard !sub.isEmpty else { throw ValidationError("--sub is not empty.") }
        guard let seconds = lifetime.seconds, seconds > 0 else { throw ValidationError("--lifetime is whole seconds, at least 1s.") }
    }

    func run() throws {
        let issuer = try source.chosen()
        let lifetime = lifetime.seconds ?? 0
        let token = try issuer.issue(
            subject: sub, roles: role, scope: scope, claims: claim, audience: audience, lifetime: lifetime, now: WallTime.seconds)
        if let most = issuer.issuer.maxLifetime, lifetime > most / 1_000_000_000 {
            Console.warn("the server will refuse it: the policies allow this issuer's tokens \(most / 1_000_000_000) s at most")
        }
        try Console.line(token)
    }
}

/// Which issuer's tokens are made, and with what.
struct IssuerOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The issuer's name in _global.yaml.", valueName: "name"))
    var issuer = "dev"

    @Option(help: ArgumentHelp("The PEM file of the issuer's private key.", valueName: "file"))
    var key = DevelopmentFiles(directory: DevelopmentFiles.defaultDirectory).tokenKey

    @Option(help: ArgumentHelp("The directory of the policies.", valueName: "directory"))
    var policies = PolicyFiles.defaultDirectory

    func chosen() throws(CommandFailure) -> DevelopmentIssuer {
        try DevelopmentIssuer(named: issuer, bundle: PolicyFiles.load(policies), keyPath: key)
    }
}
