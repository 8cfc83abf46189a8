import ArgumentParser
import GatehouseJSON
import GatehouseNetwork
import GatehousePolicy

/// `gatehouse policy explain`
struct PolicyExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say what would be decided, by which rule, and where every other rule failed.",
        discussion: """
            The file of --as holds the claims of a token as a JSON object; `\(Program.name) token inspect` shows those of one. Without it, \
            somebody without a token asks.

            Examples:
              \(Program.name) policy explain --as claims.json --do send:message@general
              \(Program.name) policy explain --do connect --ns /admin

            Exit codes: 0 explained (whatever was decided), 1 there is no such issuer or namespace, 2 errors in files.
            """
    )

    @OptionGroup var files: PolicyDirectoryArgument

    @Option(help: ArgumentHelp("Claims, as a JSON file.", valueName: "file"))
    var `as`: String?

    @Option(
        name: .customLong("do"),
        help: ArgumentHelp("connect, join:ROOM, send:EVENT, send:EVENT@ROOM or receive:EVENT.", valueName: "action"))
    var action: String

    @Option(
        name: .customLong("ns"),
        help: ArgumentHelp("The namespace. Default: the program's own, where it has one besides /admin.", valueName: "namespace"))
    var namespace: String?

    @Option(help: ArgumentHelp("The issuer's name. Default: the one whose iss the claims have.", valueName: "name"))
    var issuer: String?

    @Option(help: ArgumentHelp("The address of the client.", valueName: "address"))
    var ip = "127.0.0.1"

    @Option(help: ArgumentHelp("The Origin that the client sends.", valueName: "origin"))
    var origin: String?

    @Flag(help: "The client is a page of the server's own origin.")
    var sameOrigin = false

    @Option(help: ArgumentHelp("websocket or polling.", valueName: "name"))
    var transport = TransportName.websocket.rawValue

    func validate() throws {
        guard PolicyAction(parsing: action) != nil else {
            throw ValidationError("--do is connect, join:ROOM, send:EVENT, send:EVENT@ROOM or receive:EVENT.")
        }
        guard IPAddress(ip) != nil else { throw ValidationError("--ip is an IPv4 or IPv6 address.") }
        guard TransportName(rawValue: transport) != nil else { throw ValidationError("--transport is websocket or polling.") }
    }

    func run() async throws {
        let bundle = try PolicyFiles.load(files.directory)
        let namespace = try await chosenNamespace()
        guard let policy = bundle.namespace(namespace) else {
            throw CommandFailure(.refused, "no policy is for \(namespace), so everything in it is denied")
        }
        // Parsed once already, by validate().
        guard let action = PolicyAction(parsing: action) else { return }
        var subject = try subject(bundle)
        subject.namespace = namespace
        let explanation = policy.explain(action, subject: subject, now: WallTime.seconds)
        try Console.line(TerminalText.safe(explanation.text, keepingLines: true))
    }

    private func chosenNamespace() async throws(CommandFailure) -> String {
        if let namespace { return namespace }
        let own = try await Program.current.catalogue().namespaces.keys.filter { $0 != AdminConnection.namespace }.sorted()
        guard let only = own.first, own.count == 1 else {
            throw CommandFailure(
                .usage, "name the namespace with --ns: the program has \(own.isEmpty ? "none" : own.joined(separator: ", "))")
        }
        return only
    }

    private func subject(_ bundle: PolicyBundle) throws -> Subject {
        let address = IPAddress(ip), transport = TransportName(rawValue: transport) ?? .websocket
        let origin = RequestOrigin(origin, isOwn: sameOrigin, isBrowsers: sameOrigin)
        guard let file = `as` else { return Subject(anonymousFrom: address, origin: origin, transport: transport) }
        let text = try InputFile.text(at: file)
        let claims = try failing(.badFiles) { try JSONValue(parsing: text) }
        let iss = claims["iss"]?.stringValue
        let found = bundle.global.issuers.first { known in
            if let issuer { known.name == issuer } else { known.iss == iss }
        }
        guard let found else {
            throw CommandFailure(.refused, "no issuer of the policies fits: put iss into \(file), or name the issuer with --issuer")
        }
        return Subject(
            issuer: found.name, iss: found.iss, sub: claims["sub"]?.stringValue ?? "", claims: claims, ip: address, origin: origin,
            transport: transport, settings: bundle.global)
    }
}
