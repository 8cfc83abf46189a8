/// Turns a decoded and validated payload into the one that the handler gets, or refuses it by throwing (Nest's pipes).
///
/// Pipes run after guards and interceptors, before the handler: global, gateway, route. A ``GatewayError`` is answered as it is,
/// anything else as `internal`.
public protocol Pipe: Sendable {
    /// Called on the client's event loop; it must not block.
    func transform<Payload: DTO>(_ payload: Payload, _ context: EventContext) throws -> Payload
}
