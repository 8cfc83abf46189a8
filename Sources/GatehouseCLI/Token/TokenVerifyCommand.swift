import ArgumentParser
import Gatehouse
import GatehousePolicy
import GatehouseTokens

/// `gatehouse token verify`
struct TokenVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Verify a token as the server does, and name the check that fails.",
        discussion: """
            Keys are read, and fetched where an issuer has a jwks_url, as at the server's start. Policies may refuse a token that is good;
            `gatehouse policy explain` tells about that.

            Example:
              gatehouse token issue --sub alice --role user | gatehouse token verify

            Exit codes: 0 good, 1 refused, 2 policies or keys cannot be read.
            """
    )

    @OptionGroup var source: TokenArgument

    @Option(help: ArgumentHelp("The directory of the policies.", valueName: "directory"))
    var policies = PolicyFiles.defaultDirectory

    @OptionGroup var keyRoot: KeyRootOption

    func run() async throws {
        let bundle = try PolicyFiles.load(policies)
        let keys = try failing(.badFiles) { try TokenKeys(PolicyHolder(bundle), root: keyRoot.root) }
        for error in await keys.fetchOnce() { Console.warn(ErrorText.of(error)) }
        for line in try Self.lines(try source.read(), keys.tokens, now: WallTime.seconds) { try Console.line(line) }
    }

    static func lines(_ text: String, _ verifier: CurrentTokenVerifier, now: Int64) throws(CommandFailure) -> [String] {
        do throws(TokenRefusal) {
            let token = try verifier.verify(text, now: now * 1_000)
            var lines = ["good: issuer \(TerminalText.safe(token.issuer)), subject \(TerminalText.safe(token.sub))"]
            if let end = Int64(exactly: token.exp.rounded(.down)) {
                lines.append("expires \(WallTime.text(seconds: end)), in \(end - now) s")
            }
            return lines
        } catch { throw CommandFailure(.refused, "refused: \(error)") }
    }
}
