/// A transport as policies name it.
package enum TransportName: String, Sendable, CaseIterable {
    case websocket, polling
}
