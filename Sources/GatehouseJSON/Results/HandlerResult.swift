/// What a handler may return: any value that can be written as JSON, or an ``EventReply``. Nothing at all is allowed too.
public protocol HandlerResult: Sendable {
    /// The answer that becomes of the result.
    var output: HandlerOutput { get }
}

extension JSONEncodable {
    /// The value, for the ack.
    public var output: HandlerOutput { .value(self) }
}

extension Optional where Wrapped: JSONEncodable {
    /// The value, for the ack; `nil` is an empty ack.
    public var output: HandlerOutput {
        switch self {
        case .none: .none
        case .some(let value): value.output
        }
    }
}
