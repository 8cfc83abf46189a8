public import GatehouseJSON

/// The server refused a namespace (CONNECT_ERROR). The connection itself stays open unless the server closes it.
public struct ConnectRefused: Error, Sendable, Equatable {
    /// The namespace that was asked for.
    public var namespace: String
    /// The server's message, as in `Invalid namespace`.
    public var message: String
    /// Member `data.code`: the stable reason, as in `token_expired`.
    public var code: String?
    /// Member `data.decision`: the id that finds the audit record.
    public var decision: String?
    /// Member `data`, whole.
    public var data: JSONValue?

    init(namespace: String, payload: JSONValue?) {
        self.namespace = namespace
        message = payload?["message"]?.stringValue ?? ""
        data = payload?["data"]
        code = data?["code"]?.stringValue
        decision = data?["decision"]?.stringValue
    }
}

extension ConnectRefused: CustomStringConvertible {
    /// The refusal in one line.
    public var description: String {
        "\(namespace) refused: \(message)" + (code.map { " (\($0))" } ?? "") + (decision.map { ", decision \($0)" } ?? "")
    }
}
