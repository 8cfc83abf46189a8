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
            A member is name=value, read as the verb declares it: a text, a number, true or false. user=alice names a user, scope.ns=/chat \
            a member of a member, topics=session,room a list, and items=[…] is JSON. Without a verb, the verbs are listed.

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

    func payload(of verb: AdminVerb, requestID: String) throws -> JSONObject {
        var payload: JSONObject = [:]
        if !members.isEmpty {
            let forms = try VerbPayload(verb) { (name) throws(CommandFailure) in try AdminTarget.user(name, iss: iss, admin.source) }
            for member in members { try forms.add(member, to: &payload) }
        }
        guard verb.kind == .act else { return payload }
        payload["request_id"] = .string(requestID)
        payload["reason"] = reason.map { .string($0) }
        dryRun.mark(&payload)
        return payload
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
