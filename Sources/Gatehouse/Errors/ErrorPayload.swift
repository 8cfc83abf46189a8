import GatehouseJSON

/// The error object on the wire (ERR-01). Codes, a message, a decision id; never a part of the input.
struct ErrorPayload: JSONEncodable {
    let reply: ErrorReply
    let decision: String
    /// The event an `exception` is about; `nil` in an ack, which knows its event.
    var pattern: String?
    var status = "error"

    func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.member("status", status)
            $0.member("code", reply.code.description)
            $0.member("message", reply.message)
            $0.member("decision", decision)
            if !reply.violations.isEmpty { $0.member("violations", reply.violations) }
            $0.member(ifPresent: "retry", reply.retryAfter)
            if let pattern { $0.member("cause", Cause(pattern: pattern)) }
        }
    }

    private struct Cause: JSONEncodable {
        let pattern: String

        func encode(to writer: inout JSONWriter) {
            writer.object { $0.member("pattern", pattern) }
        }
    }
}
