public import GatehouseJSON
import SocketIO

/// The error object that a client gets (ERR-01): to the ack if it asked for one, else as an `exception` event.
public struct ErrorReply: Sendable {
    /// The stable code.
    public var code: GatewayError.Code
    /// What the client is told.
    public var message: String
    /// All violations of a payload; only with the code `invalid`.
    public var violations: [Violation]

    /// An error object; the decision id is put in when it is sent.
    public init(code: GatewayError.Code, message: String, violations: [Violation] = []) {
        self.code = code
        self.message = message
        self.violations = violations
    }

    init(_ code: ReplyCode, _ message: String) {
        self.init(code: GatewayError.Code(code), message: message)
    }

    /// ERR-02: what an error that nobody registered looks like from outside.
    static let internalError = ErrorReply(.internal, "Internal server error")
    static let tooLarge = ErrorReply(.tooLarge, "Payload too large")
    static let forbidden = ErrorReply(.forbidden, "Forbidden resource")
}
