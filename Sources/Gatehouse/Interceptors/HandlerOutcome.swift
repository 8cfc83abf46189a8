import GatehouseJSON

/// How a handler ended, in a word: for logs, metrics and traces. It holds no part of a payload.
enum HandlerOutcome {
    static let success = "ok"

    /// `ok`, or the code that the client is told.
    static func code(of result: Result<HandlerOutput, any Error>) -> String {
        switch result {
        case .success: success
        case .failure(let error): code(of: error)
        }
    }

    static func code(of error: any Error) -> String {
        if error is ValidationError { return GatewayError.Code(.invalid).description }
        return Pipeline.reply(to: error).code.description
    }
}

extension EventContext {
    /// The namespace as it was mounted: of a pattern's namespaces the pattern, so that there are as many as gateways.
    var mountedName: String { client.server.runtime.mounted[client.definition.index].pattern.description }
}
