public import GatehouseJSON
import SocketIO

/// The error object that a client gets (ERR-01): to the ack if it asked for one, else as an `exception` event.
public struct ErrorReply: Sendable {
    /// The stable code.
    public var code: GatewayError.Code
    /// The message for the client.
    public var message: String
    /// All violations of a payload; only with the code `invalid`.
    public var violations: [Violation]

    /// Seconds until another try makes sense, where that is known.
    var retryAfter: Int?

    /// An error object; the decision id is put in when it is sent.
    public init(code: GatewayError.Code, message: String, violations: [Violation] = []) {
        self.code = code
        self.message = message
        self.violations = violations
    }

    init(_ code: ReplyCode, _ message: String, retryAfter: Int? = nil) {
        self.init(code: GatewayError.Code(code), message: message)
        self.retryAfter = retryAfter
    }

    /// ERR-02: the answer for an unregistered error.
    static let internalError = ErrorReply(.internal, "Internal server error")
    static let tooLarge = ErrorReply(.tooLarge, "Payload too large")
    static let forbidden = ErrorReply(.forbidden, "Forbidden resource")
}
