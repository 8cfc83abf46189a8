public import GatehouseJSON

/// Turns a decoded and validated argument into the one that the handler gets, or refuses it by throwing (Nest's pipes).
///
/// A pipe is for one type: given to a gateway or to all of them, it runs on every argument of that type, and on no other. Pipes run after
/// guards and interceptors, before the handler: global, gateway, route. A ``GatewayError`` is answered as it is, a `ValidationError` as
/// `invalid`, anything else as `internal`.
public protocol Pipe<Value>: Sendable {
    /// The type of the arguments.
    associatedtype Value: FieldValue

    /// The argument for the handler, if it is ready at once. Called on the client's event loop; it must not block.
    /// - Returns: `nil` to continue with ``transform(_:_:)``, which may suspend.
    func transformNow(_ value: Value, _ context: EventContext) throws -> Value?

    /// The argument for the handler, for pipes that have to wait. Called only if ``transformNow(_:_:)`` returned `nil`.
    func transform(_ value: Value, _ context: EventContext) async throws -> Value
}

extension Pipe {
    /// Always asks ``transform(_:_:)``.
    public func transformNow(_ value: Value, _ context: EventContext) throws -> Value? { nil }

    /// Refuses: neither function gave an answer.
    public func transform(_ value: Value, _ context: EventContext) async throws -> Value {
        throw GatewayError(.internal, "the pipe \(Self.self) gave no answer")
    }
}
