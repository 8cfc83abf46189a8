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
            Keys are read, and fetched where an issuer has a jwks_url, as at the server's start. Policies may refuse a token that is \
            good; `\(Program.name) policy explain` tells about that.

            Example:
              \(Program.name) token issue --sub alice --role user | \(Program.name) token verify

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
        for key in keys.takeNewlyLeftOut() where key.isOurs {
            Console.warn("a key of the issuer \(key.issuer) is left out: \(TerminalText.safe(key.name)): \(key.message)")
        }
        for line in try Self.lines(try source.read(), keys.tokens, bundle.global.issuers, now: WallTime.seconds) { try Console.line(line) }
    }

    static func lines(
        _ text: String, _ verifier: CurrentTokenVerifier, _ issuers: [IssuerPolicy], now: Int64
    ) throws(CommandFailure) -> [String] {
        do throws(TokenRefusal) {
            let token = try verifier.verify(text, now: now * 1_000)
            var lines = ["good: issuer \(TerminalText.safe(token.issuer)), subject \(TerminalText.safe(token.sub))"]
            if let end = Int64(exactly: token.exp.rounded(.down)) {
                lines.append("expires \(WallTime.text(seconds: end)), in \(end - now) s")
            }
            return lines
        } catch {
            var lines = ["refused: \(error)"]
            if let token = try? TokenInspection(text, now: Double(now)) {
                let keyNames = { verifier.current.issuers.keyNames(of: $0) }
                lines += RefusalExplanation(refusal: error, token: token, issuers: issuers, keyNames: keyNames).lines
            }
            throw CommandFailure(.refused, lines.joined(separator: "\n"))
        }
    }
}
