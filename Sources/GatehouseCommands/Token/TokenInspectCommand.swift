import ArgumentParser
import GatehouseJSON
import GatehouseTokens

/// `gatehouse token inspect`
struct TokenInspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what a token says. Verifies nothing.",
        discussion: """
            Example:
              \(Program.name) token issue --sub alice --role user | \(Program.name) token inspect

            Exit codes: 0 shown, 1 it is not even of the form of a token.
            """
    )

    @OptionGroup var source: TokenArgument

    func run() throws {
        let inspection: TokenInspection
        do {
            inspection = try TokenInspection(try source.read(), now: Double(WallTime.seconds))
        } catch let refusal as TokenRefusal {
            throw CommandFailure(.refused, "not a token (\(refusal.reason.name)): \(refusal.message)")
        }
        for line in Self.lines(inspection) { try Console.line(line) }
    }

    static func lines(_ inspection: TokenInspection) -> [String] {
        var lines = ["NOT VERIFIED: anybody can write a token that says this. `\(Program.name) token verify` checks one."]
        for (name, object) in [("header", inspection.header), ("claims", inspection.claims)] {
            lines.append(name)
            for member in object.members {
                lines.append("  " + TerminalText.safe(member.key) + ": " + TerminalText.safeJSON(member.value.serialized))
            }
        }
        lines.append("signature: \(inspection.signatureBytes) bytes, not checked")
        return lines + inspection.times
    }
}
