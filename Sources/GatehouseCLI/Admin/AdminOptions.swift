import ArgumentParser
import GatehouseJSON
import GatehouseTesting

/// Which server is meant, and as whom.
struct AdminOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The server.", valueName: "url"))
    var url = "https://127.0.0.1:8443"

    @Option(
        help: ArgumentHelp(
            "A PEM file of the authorities to trust. Default: certs/dev-ca.pem if it is there, else the system's.", valueName: "file"))
    var ca: String?

    @Option(help: ArgumentHelp("A PEM file of your own certificate, for a server with --client-ca.", valueName: "file"))
    var clientCert: String?

    @Option(help: ArgumentHelp("The PEM file of its private key.", valueName: "file"))
    var clientKey: String?

    @Option(
        help: ArgumentHelp(
            "A file with the token. Default: the environment's GATEHOUSE_TOKEN, else one made with the development key.", valueName: "file")
    )
    var tokenFile: String?

    @Option(
        help: ArgumentHelp("Whose name a token made with the development key has. Default: your login name.", valueName: "name"))
    var `as`: String?

    @OptionGroup var source: IssuerOptions

    @Flag(help: "The server's answer as one JSON object.")
    var json = false

    func validate() throws {
        guard (clientCert == nil) == (clientKey == nil) else { throw ValidationError("--client-cert and --client-key belong together.") }
    }

    private var identity: SocketIOClient.Identity? {
        guard let clientCert, let clientKey else { return nil }
        return SocketIOClient.Identity(certificatePath: clientCert, privateKeyPath: clientKey)
    }

    /// The authorities to trust; `nil` for the system's own.
    var authority: String? {
        if let ca { return ca }
        let development = DevelopmentFiles(directory: DevelopmentFiles.defaultDirectory).authority
        return InputFile.exists(development) ? development : nil
    }

    func token(role: String = "moderator") throws(CommandFailure) -> String {
        if let tokenFile { return try InputFile.text(at: tokenFile).trimmed }
        if let token = Environment.value("GATEHOUSE_TOKEN"), !token.isEmpty { return token.trimmed }
        guard InputFile.exists(source.key) else {
            throw CommandFailure(
                .refused, "no token: give --token-file or GATEHOUSE_TOKEN; there is no development key \(source.key) to make one with")
        }
        guard let name = `as` ?? Environment.loginName else { throw CommandFailure(.refused, "no login name is known: give one with --as") }
        return try source.chosen().issue(subject: name, roles: [role], scope: nil, lifetime: 60, now: WallTime.seconds)
    }

    /// Connects, asks, disconnects. Gives what the server answered, which is not an error.
    /// - Parameter role: of a token that is made with the development key.
    func ask(_ event: String, _ payload: JSONObject, role: String = "moderator") async throws(CommandFailure) -> JSONValue {
        try await AdminConnection(url: url, authority: authority, identity: identity, token: try token(role: role)).ask(event, payload)
    }

    /// Prints the answer as it is, or as `lines` puts it for people.
    func show(_ answer: JSONValue, _ print: () throws(CommandFailure) -> Void) throws(CommandFailure) {
        if json { try Console.line(TerminalText.safeJSON(answer.serialized)) } else { try print() }
    }
}
