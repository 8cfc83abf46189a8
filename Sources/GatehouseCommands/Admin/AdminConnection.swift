import GatehouseJSON
import GatehouseTLS
import GatehouseTesting

/// One question to a server's `/admin` namespace.
struct AdminConnection {
    static let namespace = "/admin"

    let url: String
    let authority: String?
    let identity: SocketIOClient.Identity?
    let token: String

    func ask(_ event: String, _ payload: JSONObject, timeout: Duration? = nil) async throws(CommandFailure) -> JSONValue {
        do {
            let client = try await SocketIOClient.connect(url, options: .init(authorityPath: authority, identity: identity))
            do {
                try await client.join(Self.namespace, auth: ["token": .string(token)])
                let answer = try await client.emitWithAck(event, [.object(payload)], in: Self.namespace, timeout: timeout)
                try await client.close()
                return try Self.accepted(answer.first ?? .null)
            } catch {
                // Report the first error; a failure to close the connection adds nothing.
                try? await client.close()
                throw error
            }
        } catch {
            throw failure(error)
        }
    }

    /// What went wrong between here and the server.
    func failure(_ error: any Error) -> CommandFailure {
        switch error {
        case let failure as CommandFailure: failure
        case let refusal as ConnectRefused: CommandFailure(.refused, "\(url) refused: \(refusal)")
        case let error as SocketIOClientError: CommandFailure(.refused, Self.text(error, url))
        default: CommandFailure(.refused, "\(url): \(ErrorText.of(error))")
        }
    }

    /// The answer, unless it is an error object (ERR-01).
    static func accepted(_ answer: JSONValue) throws(CommandFailure) -> JSONValue {
        guard answer["status"]?.stringValue == "error", let code = answer["code"]?.stringValue else { return answer }
        var text = "refused (\(code)): \(answer["message"]?.stringValue ?? "")"
        for violation in answer["violations"]?.arrayValue ?? [] {
            text += "\n  \(violation["path"]?.stringValue ?? ""): \(violation["message"]?.stringValue ?? violation.serialized)"
        }
        if let decision = answer["decision"]?.stringValue {
            text += "\nthe record: \(Program.name) audit query --decision \(decision)"
        }
        throw CommandFailure(.refused, text)
    }

    private static func text(_ error: SocketIOClientError, _ url: String) -> String {
        guard error.code == .unreachable else { return "\(url): \(error.message)" + (error.cause.map { ": \(ErrorText.of($0))" } ?? "") }
        guard let cause = error.cause else { return "\(url): \(error.message)" }
        if cause is TLSError { return "\(url): \(ErrorText.of(cause)) Is --ca the authority of the server's certificate?" }
        return "the server cannot be reached: \(ErrorText.of(cause)). Is `\(Program.name) serve` running there?"
    }
}
