import GatehousePolicy
import SocketIO

extension ConnectErrorCode {
    /// What a refused client is told. It says what the code says, and nothing else (SEC-28).
    var message: String {
        switch self {
        case .unauthorized: "Unauthorized"
        case .tokenExpired: "Token expired"
        case .tokenRevoked: "Token revoked"
        case .forbidden: "Forbidden resource"
        case .banned: "Banned"
        case .limit: "Too many connections"
        case .unavailable: "Unavailable; try again later"
        }
    }
}

extension NamespacePolicy {
    /// The code that the deny rule of a decision wants told instead of `forbidden`.
    func ownCode(_ decision: Decision) -> String? { decision.rule.flatMap { rule($0)?.code } }

    /// What a refused event, or a refused join, is answered.
    func refusal(_ decision: Decision) -> ErrorReply {
        if decision.reason == .tooLarge { return .tooLarge }
        guard let code = ownCode(decision) else { return .forbidden }
        let message = ConnectErrorCode(rawValue: code)?.message ?? ErrorReply.forbidden.message
        return ErrorReply(code: .policy(code), message: message)
    }
}
