import EngineIO
import GatehouseJSON

/// A close by the server (ERR-05).
package struct ConnectionClosure: Sendable {
    package var code: CloseCode
    /// Seconds after which the client may come back; `nil` tells it not to.
    package var retryAfter: Int?
    /// The id of the decision that led to this close.
    package var decision: String?
    /// The reason for handlers.
    package var reason: DisconnectReason

    package init(_ code: CloseCode, retryAfter: Int? = nil, decision: String? = nil, reason: DisconnectReason = .forcedServerClose) {
        self.code = code
        self.retryAfter = retryAfter ?? (code.isTerminal ? nil : 0)
        self.decision = decision
        self.reason = reason
    }
}

/// The payload of `system.closed`.
struct ClosedNotice: JSONEncodable {
    let closure: ConnectionClosure

    init(_ closure: ConnectionClosure) { self.closure = closure }

    func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.member("code", closure.code.name)
            if let retry = closure.retryAfter {
                $0.member("retry", retry)
            } else {
                $0.member("retry", false)
            }
            $0.member(ifPresent: "decision", closure.decision)
        }
    }
}
