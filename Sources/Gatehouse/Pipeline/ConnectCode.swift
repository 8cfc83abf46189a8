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
    /// The code of a refused `connect`: the deny rule's own, if it names one.
    func connectCode(_ decision: Decision) -> ConnectErrorCode {
        decision.rule.flatMap { rule($0)?.code }.flatMap(ConnectErrorCode.init(rawValue:)) ?? .forbidden
    }
}
