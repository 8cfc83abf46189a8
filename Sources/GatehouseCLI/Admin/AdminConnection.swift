import GatehouseJSON
import GatehouseTesting

/// One question to a server's `/admin` namespace.
struct AdminConnection {
    static let namespace = "/admin"

    let url: String
    let authority: String?
    let identity: SocketIOClient.Identity?
    let token: String

    func ask(_ event: String, _ payload: JSONObject) async throws(CommandFailure) -> JSONValue {
        do {
            let client = try await SocketIOClient.connect(url, options: .init(authorityPath: authority, identity: identity))
            do {
                try await client.join(Self.namespace, auth: ["token": .string(token)])
                let answer = try await client.emitWithAck(event, [.object(payload)], in: Self.namespace)
                try await client.close()
                return try Self.accepted(answer.first ?? .null)
            } catch {
                // The first error is the one to tell; that a connection which failed cannot be closed says nothing more.
                try? await client.close()
                throw error
            }
        } catch let failure as CommandFailure {
            throw failure
        } catch let refusal as ConnectRefused {
            throw CommandFailure(.refused, "\(url) refused: \(refusal)")
        } catch let error as SocketIOClientError {
            throw CommandFailure(.refused, Self.text(error, url))
        } catch {
            throw CommandFailure(.refused, "\(url): \(error)")
        }
    }

    /// The answer, unless it is the error object that every refusal is (ERR-01).
    static func accepted(_ answer: JSONValue) throws(CommandFailure) -> JSONValue {
        guard answer["status"]?.stringValue == "error", let code = answer["code"]?.stringValue else { return answer }
        var text = "refused (\(code)): \(answer["message"]?.stringValue ?? "")"
        for violation in answer["violations"]?.arrayValue ?? [] {
            text += "\n  \(violation["path"]?.stringValue ?? ""): \(violation["message"]?.stringValue ?? violation.serialized)"
        }
        if let decision = answer["decision"]?.stringValue {
            text += "\nthe record: gatehouse audit query --decision \(decision)"
        }
        throw CommandFailure(.refused, text)
    }

    private static func text(_ error: SocketIOClientError, _ url: String) -> String {
        guard error.code == .unreachable else { return "\(url): \(error)" }
        return "\(url) cannot be reached: is `gatehouse serve` running, and is --ca the authority of its certificate? (\(error))"
    }
}
