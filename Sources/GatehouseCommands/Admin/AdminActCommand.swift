import ArgumentParser
import GatehouseAudit
import GatehouseJSON
import GatehouseModeration

/// `gatehouse admin act`: any verb of `/admin`, from the table of verbs.
struct AdminActCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "act",
        abstract: "Use any verb of /admin: mute, ban, lock, undo and the others.",
        discussion: """
            A member is name=value; a number, true and false are taken as such. user=alice names a user, scope.ns=/chat a member of a \
            member, and items=[…] is JSON. Without a verb, the verbs are listed.

            Examples:
              \(Program.name) admin act user.mute user=alice duration_s=600 --reason spam
              \(Program.name) admin act room.lock ns=/chat room=lobby:1 mode=closed --reason calm
              \(Program.name) admin act ban.add kind=user user=alice --reason abuse --dry-run
              \(Program.name) admin act ban.list

            Exit codes: 0 done, 1 refused by the server (its code and message are shown) or not reached, 2 errors in files.
            """
    )

    @Argument(help: ArgumentHelp("The verb, such as user.mute.", valueName: "verb"))
    var verb: String?

    @Argument(help: ArgumentHelp("Members of its payload.", valueName: "name=value"))
    var members: [String] = []

    @Option(help: ArgumentHelp("Why; needed for acts; goes into the audit log.", valueName: "text"))
    var reason: String?

    @Option(help: ArgumentHelp("The iss of users. Default: that of the issuer of --issuer.", valueName: "iss"))
    var iss: String?

    @Option(help: ArgumentHelp("The role of a token that is made with the development key.", valueName: "role"))
    var role = "admin"

    @OptionGroup var dryRun: DryRunOption

    @OptionGroup var admin: AdminOptions

    func validate() throws {
        guard let verb else { return }
        guard let known = AdminVerb(rawValue: verb) else {
            throw ValidationError("There is no verb \(verb): `\(Program.name) admin act` lists them.")
        }
        guard known.kind == .read || reason != nil else { throw ValidationError("\(verb) is an act: give its --reason.") }
    }

    func payload(of verb: AdminVerb, requestID: String) throws(CommandFailure) -> JSONObject {
        var payload: JSONObject = [:]
        for member in members {
            guard let equals = member.firstIndex(of: "="), equals > member.startIndex else {
                throw CommandFailure(.refused, "\(member): a member is name=value")
            }
            let path = member[..<equals].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            let value = try value(String(member[member.index(after: equals)...]), of: path.last ?? "")
            switch path.count {
            case 1: payload[path[0]] = value
            case 2:
                var inner = payload[path[0]]?.objectValue ?? [:]
                inner[path[1]] = value
                payload[path[0]] = .object(inner)
            default: throw CommandFailure(.refused, "\(member): a name has one dot at most")
            }
        }
        guard verb.kind == .act else { return payload }
        payload["request_id"] = .string(requestID)
        payload["reason"] = reason.map { .string($0) }
        dryRun.mark(&payload)
        return payload
    }

    private func value(_ text: String, of name: String) throws(CommandFailure) -> JSONValue {
        if name == "user" || name == "by" { return try AdminTarget.user(text, iss: iss, admin.source) }
        // A verb's name of its own, an id or a text is no JSON, and is taken as it stands.
        guard let json = try? JSONValue(parsing: Array(text.utf8), limits: JSONLimits()) else { return .string(text) }
        return json
    }

    func run() async throws {
        guard let verb, let known = AdminVerb(rawValue: verb) else {
            for verb in AdminVerb.allCases { try Console.line("\(verb.rawValue)  \(verb.kind.rawValue)  \(verb.summary)") }
            return
        }
        let answer = try await admin.ask(
            verb, try payload(of: known, requestID: ULIDGenerator.shared.next().description), role: role)
        let text = admin.json ? answer.serialized : answer.indented
        for line in text.split(separator: "\n") { try Console.line(TerminalText.safeJSON(String(line))) }
    }
}
