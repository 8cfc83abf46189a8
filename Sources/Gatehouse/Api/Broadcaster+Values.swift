import GatehouseJSON
import NIOCore
import SocketIO

/// Events whose arguments are a list of values, of any length: those of back ends.
extension Broadcaster {
    /// Sends an event.
    /// - Throws: ``GatewayError`` for a reserved name.
    func emit(_ event: String, values: [JSONValue]) throws(GatewayError) {
        try EmittedEvents.check(event)
        guard let definition else { return }
        let recovery = definition.recoveryInForce
        let message = Self.packet(event, values).message(prefix: definition.prefix, ackID: nil, offsetLength: recovery?.offsetLength ?? 0)
        runtime.sockets.broadcast(
            Broadcast(
                namespace: definition, event: event, message: message, target: target, isVolatile: isVolatile, isLocal: isLocal,
                recovery: recovery))
    }

    /// Sends an event, and collects the acks of everyone it reached.
    /// - Throws: ``GatewayError`` for a reserved name.
    func ask(_ event: String, values: [JSONValue]) async throws -> BroadcastAnswers {
        try EmittedEvents.check(event)
        guard let definition else { return BroadcastAnswers(answers: [], silent: []) }
        let id = runtime.sockets.nextAckID()
        let message = Self.packet(event, values).message(prefix: definition.prefix, ackID: id)
        let broadcast = Broadcast(
            namespace: definition, event: event, message: message, target: target, isVolatile: isVolatile, isLocal: isLocal)
        return try await answers(to: Question(id: id, broadcast: broadcast))
    }

    private static func packet(_ event: String, _ values: [JSONValue]) -> ClusterPacket {
        var data = ByteBuffer()
        JSONValue.array([.string(event)] + values).write(to: &data)
        return ClusterPacket(data: data)
    }
}
