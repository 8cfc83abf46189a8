import SocketIO

/// Names that an application may not send (SIO-10, ERR-04).
enum EmittedEvents {
    static func check(_ event: String) throws(GatewayError) {
        guard !ReservedEventNames.all.contains(event) else {
            throw GatewayError(.invalid, "\"\(event)\" belongs to the Socket.IO protocol; choose another event name")
        }
        guard SystemEvent(rawValue: event) == nil, event != BuiltInEvent.presenceChanges else {
            throw GatewayError(.invalid, "\"\(event)\" is an event of the gateway's own; choose another event name")
        }
        guard !event.isEmpty, event.utf8.count <= 128 else {
            throw GatewayError(.invalid, "an event name has 1 to 128 bytes")
        }
    }
}
