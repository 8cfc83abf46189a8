import ArgumentParser
import GatehouseJSON
import GatehouseTesting

/// The server, and the token for it.
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
        do throws(SocketIOClientError) {
            _ = try SocketIOClient.isConfidential(url)
        } catch {
            throw ValidationError("--url: \(error.message).")
        }
    }

    /// Anybody who listens on the way could use a staff token in clear.
    private func refuseClearText() throws(CommandFailure) {
        // The address was checked already.
        guard (try? SocketIOClient.isConfidential(url)) == true else {
            throw CommandFailure(
                .refused,
                "\(url) is neither https nor this machine: a token is not sent in clear. Use https, or an ssh tunnel to localhost.")
        }
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

    /// - Parameter lifetime: of a token that is made with the development key, in seconds.
    func token(role: String = "moderator", lifetime: Int64 = 60) throws(CommandFailure) -> String {
        if let tokenFile { return try InputFile.text(at: tokenFile).trimmed }
        if let token = Environment.value("GATEHOUSE_TOKEN"), !token.isEmpty { return token.trimmed }
        guard InputFile.exists(source.key) else {
            throw CommandFailure(
                .refused, "no token: give --token-file or GATEHOUSE_TOKEN; there is no development key \(source.key) to make one with")
        }
        guard let name = `as` ?? Environment.loginName else { throw CommandFailure(.refused, "no login name is known: give one with --as") }
        return try source.chosen().issue(subject: name, roles: [role], scope: nil, lifetime: lifetime, now: WallTime.seconds)
    }

    /// Connects, asks, disconnects. Returns the server's answer, which is not an error.
    /// - Parameter role: the role of a token that is made with the development key.
    func ask(
        _ event: String, _ payload: JSONObject, role: String = "moderator", timeout: Duration? = nil
    ) async throws(CommandFailure) -> JSONValue {
        // Before a token is made or read.
        try refuseClearText()
        return try await AdminConnection(url: url, authority: authority, identity: identity, token: try token(role: role)).ask(
            event, payload, timeout: timeout)
    }

    /// Connects, subscribes to the feed, and hands over its items until the process is asked to end.
    func follow(
        _ payload: JSONObject, _ body: @escaping @Sendable (_ topic: String, _ item: JSONValue) throws -> Void
    ) async throws(CommandFailure) {
        try refuseClearText()
        let token = try token(lifetime: 3_600)
        try await AdminConnection(url: url, authority: authority, identity: identity, token: token).follow(payload, body)
    }

    /// Prints the answer as JSON, or as `lines` for people.
    func show(_ answer: JSONValue, _ print: () throws(CommandFailure) -> Void) throws(CommandFailure) {
        if json { try Console.line(TerminalText.safeJSON(answer.serialized)) } else { try print() }
    }
}
