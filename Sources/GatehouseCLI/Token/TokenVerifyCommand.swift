import ArgumentParser
import Gatehouse
import GatehousePolicy
import GatehouseTokens

/// `gatehouse token verify`
struct TokenVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Verify a token as the server does, and name the check that fails.",
        discussion: """
            Policies may refuse a token that is good; `gatehouse policy explain` tells about that.

            Example:
              gatehouse token issue --sub alice --role user | gatehouse token verify

            Exit codes: 0 good, 1 refused, 2 policies or keys cannot be read.
            """
    )

    @OptionGroup var source: TokenArgument

    @Option(help: ArgumentHelp("The directory of the policies.", valueName: "directory"))
    var policies = PolicyFiles.defaultDirectory

    func run() throws {
        let bundle = try PolicyFiles.load(policies)
        let verifier = try failing(.badFiles) { try TokenVerifier(bundle.global.issuers.map { try IssuerConfiguration($0) }) }
        do {
            let now = WallTime.seconds
            let token = try verifier.verify(try source.read(), now: Double(now))
            try Console.line("good: issuer \(TerminalText.safe(token.issuer)), subject \(TerminalText.safe(token.sub))")
            if let end = Int64(exactly: token.exp.rounded(.down)) {
                try Console.line("expires \(WallTime.text(seconds: end)), in \(end - now) s")
            }
        } catch let refusal as TokenRefusal {
            throw CommandFailure(.refused, "refused: \(refusal)")
        }
    }
}
