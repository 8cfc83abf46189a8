import ArgumentParser
import Gatehouse
import GatehousePolicy
import GatehouseTokens

/// `gatehouse token issue`
struct TokenIssueCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "issue",
        abstract: "Issue a token and print it, alone.",
        discussion: """
            The issuer's iss, audience and typ are those of the policies. Whoever can read the key can be anybody: keep it to development. \
            A token that the server would refuse, such as one signed with a key that no issuer has, is issued with a warning.

            Examples:
              \(Program.name) token issue --sub alice --role user
              \(Program.name) token issue --sub mo --role moderator --claim tenant='"acme"'

            Exit codes: 0 issued, 1 refused, 2 policies or key cannot be read.
            """
    )

    @Option(help: ArgumentHelp("Who the token is for.", valueName: "subject"))
    var sub: String

    @Option(help: ArgumentHelp("A role; may be repeated.", valueName: "role"))
    var role: [String] = []

    @Option(help: ArgumentHelp("Scopes, separated by spaces.", valueName: "scopes"))
    var scope: String?

    @Option(help: ArgumentHelp("The audience of the token; may be repeated. Default: the issuer's audience.", valueName: "name"))
    var audience: [String] = []

    @Option(help: ArgumentHelp("How long it is good, such as 30s, 15m, 1h.", valueName: "time"))
    var lifetime = TimeArgument(nanoseconds: 3_600_000_000_000)

    @Option(help: ArgumentHelp("A further claim; may be repeated.", valueName: "name=json"))
    var claim: [String] = []

    @OptionGroup var source: IssuerOptions

    @OptionGroup var keyRoot: KeyRootOption

    func validate() throws {
        guard !sub.isEmpty else { throw ValidationError("--sub is not empty.") }
        guard let seconds = lifetime.seconds, seconds > 0 else { throw ValidationError("--lifetime is whole seconds, at least 1s.") }
    }

    func run() throws {
        let issuer = try source.chosen()
        let lifetime = lifetime.seconds ?? 0
        let token = try issuer.issue(
            subject: sub, roles: role, scope: scope, claims: claim, audience: audience, lifetime: lifetime, now: WallTime.seconds)
        if let warning = source.warning(of: token, root: keyRoot.root, now: WallTime.seconds) { Console.warn(warning) }
        try Console.line(token)
    }
}

/// The issuer of new tokens, and its key.
struct IssuerOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The issuer's name in _global.yaml.", valueName: "name"))
    var issuer = "dev"

    @Option(help: ArgumentHelp("The PEM file of the issuer's private key.", valueName: "file"))
    var key = DevelopmentFiles(directory: DevelopmentFiles.defaultDirectory).tokenKey

    @Option(help: ArgumentHelp("The directory of the policies.", valueName: "directory"))
    var policies = PolicyFiles.defaultDirectory

    /// Why a server with these policies would refuse a token; nil if it would not, or if the issuer's keys are not on this machine.
    func warning(of token: String, root: String, now: Int64) -> String? {
        guard let bundle = try? PolicyFiles.load(policies) else { return nil }
        if bundle.global.issuers.contains(where: { $0.name == issuer && $0.publishedKeys != nil }) { return nil }
        do {
            let keys = try TokenKeys(PolicyHolder(bundle), root: root)
            _ = try TokenVerifyCommand.lines(token, keys.tokens, bundle.global.issuers, now: now)
            return nil
        } catch {
            return "the server will refuse it: \(ErrorText.of(error))"
        }
    }

    func chosen() throws(CommandFailure) -> DevelopmentIssuer {
        try DevelopmentIssuer(named: issuer, bundle: PolicyFiles.load(policies), keyPath: key)
    }
}
