/// The two transports of Engine.IO protocol 4. The raw value is the one of the `transport` query parameter.
package enum EngineTransportName: String, Sendable, Hashable, CaseIterable {
    case polling
    case websocket
}
