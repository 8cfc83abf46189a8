import GatehousePolicy
import SocketIO

extension ConnectErrorCode {
    /// The message for a refused client. It says no more than the code (SEC-28).
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
    /// The code of the deny rule, in place of `forbidden`.
    func ownCode(_ decision: Decision) -> String? { decision.rule.flatMap { rule($0)?.code } }

    /// The answer to a refused event or join.
    func refusal(_ decision: Decision) -> ErrorReply {
        if decision.reason == .tooLarge { return .tooLarge }
        guard let code = ownCode(decision) else { return .forbidden }
        let message = ConnectErrorCode(rawValue: code)?.message ?? ErrorReply.forbidden.message
        return ErrorReply(code: .policy(code), message: message)
    }
}
