import EngineIO
import GatehouseJSON
import NIOCore
import SocketIO

/// A call that is not answered as asked: a status, and the error object that clients of the server know (ERR-01).
struct ApiFailure: Error, Sendable {
    let status: HTTPStatus
    var reply: ErrorReply
    /// The reason in the audit log.
    let reason: String
    var rule: String?
    /// The decision's id, once it is recorded.
    var decision = ""

    init(_ status: HTTPStatus, _ code: ReplyCode, _ message: String, reason: String, rule: String? = nil, retryAfter: Int? = nil) {
        self.status = status
        reply = ErrorReply(code, message, retryAfter: retryAfter)
        self.reason = reason
        self.rule = rule
    }

    init(_ status: HTTPStatus, code: String, _ message: String, reason: String, rule: String? = nil) {
        self.status = status
        reply = ErrorReply(code: .policy(code), message: message)
        self.reason = reason
        self.rule = rule
    }

    /// A body that is not what its call takes.
    init(_ error: ValidationError) {
        status = .badRequest
        reply = ErrorReply(
            code: GatewayError.Code(.invalid), message: ValidationError.message, violations: error.violationsThatFit())
        reason = "invalid"
    }

    /// A body that is no JSON.
    init(_ error: JSONError) {
        let isTooLarge = error.kind == .tooLarge
        self.init(
            isTooLarge ? .payloadTooLarge : .badRequest, isTooLarge ? .tooLarge : .invalid,
            "The body is not JSON as the server takes it: \(error)", reason: isTooLarge ? "too_large" : "invalid_json")
    }

    /// An error of what a call does.
    init(_ error: GatewayError) {
        let status: HTTPStatus =
            switch error.code.description {
            case ReplyCode.invalid.rawValue: .badRequest
            case ReplyCode.notFound.rawValue: .notFound
            case ReplyCode.limit.rawValue: .tooManyRequests
            case ReplyCode.unavailable.rawValue, ReplyCode.auditUnavailable.rawValue: .unavailable
            default: .internalError
            }
        self.status = status
        reply = ErrorReply(code: error.code, message: error.message)
        reason = error.code.description
    }

    static let auditUnavailable = ApiFailure(
        .unavailable, .auditUnavailable, "The audit log cannot be written now; nothing was done", reason: "audit_unavailable")
    static let stopping = ApiFailure(.unavailable, .unavailable, "The server is stopping", reason: "stopping")
    static let method = ApiFailure(.methodNotAllowed, .invalid, "Calls are made with POST", reason: "method")
    static let mediaType = ApiFailure(
        .unsupportedMediaType, .invalid, "The body is JSON: send Content-Type: application/json, and no Content-Encoding",
        reason: "media_type")
    static let tooLarge = ApiFailure(.payloadTooLarge, .tooLarge, "The body is larger than 1 MiB", reason: "too_large")
    static let internalError = ApiFailure(.internalError, .internal, "Internal server error", reason: "internal")

    var response: HTTPResponse {
        var fields: [(name: String, value: String)] = []
        if let seconds = reply.retryAfter { fields.append(("Retry-After", "\(seconds)")) }
        if status == .unauthorized { fields.append(("WWW-Authenticate", "Bearer")) }
        if status == .methodNotAllowed { fields.append(("Allow", "POST")) }
        return HTTPResponse(status, json: ErrorPayload(reply: reply, decision: decision), fields: fields)
    }
}

extension HTTPResponse {
    /// An answer in JSON.
    init(_ status: HTTPStatus, json: some JSONEncodable, fields: [(name: String, value: String)] = []) {
        var body = ByteBuffer()
        // Error objects and answers hold nothing that JSON cannot say.
        if (try? json.encode(into: &body)) == nil { body.clear() }
        self.init(status, contentType: "application/json", body: body, fields: fields)
    }
}
