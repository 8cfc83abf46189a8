public import GatehouseJSON
import NIOCore
public import SocketIO

/// Events from server to server within a cluster (`serverSideEmit` in Socket.IO). Clients neither see nor send them.
extension ServerHandle {
    /// Sends an event to the other servers of the cluster; one node alone has none.
    /// - Throws: ``GatewayError`` for a reserved name.
    public func emitToServers(_ event: String, _ arguments: [JSONValue] = [], in namespace: Namespace = .root) throws {
        let packet = try packet(event, arguments)
        guard let definition = runtime.sockets.definition(namespace) else { return }
        runtime.sockets.adapter?.emitToServers(packet, in: definition)
    }

    /// Sends an event to the other servers of the cluster and collects what their listeners answer. A server without a listener is silent.
    /// - Throws: ``GatewayError`` for a reserved name.
    public func askServers(
        _ event: String, _ arguments: [JSONValue] = [], in namespace: Namespace = .root, timeout: Duration = .seconds(5)
    ) async throws -> AnswersOfServers {
        let packet = try packet(event, arguments)
        guard let definition = runtime.sockets.definition(namespace), let adapter = runtime.sockets.adapter else {
            return AnswersOfServers(answers: [], silentNodes: [])
        }
        let answers = await adapter.askServers(packet, in: definition, timeout: TimeAmount(timeout))
        return AnswersOfServers(answers: answers.answers, silentNodes: answers.silentNodes)
    }

    /// Listens to an event that other servers send; a later listener takes the place of an earlier one.
    ///
    /// What arrives has passed no policy: whoever may write to the cluster's Redis may send it.
    /// - Parameter listener: gets the arguments; what it returns is the answer to a server that waits for one.
    public func onServerEvent(
        _ event: String, in namespace: Namespace = .root, _ listener: @escaping @Sendable ([JSONValue]) async -> JSONValue?
    ) {
        runtime.sockets.serverSideEvents.listen(to: event, in: namespace, listener)
    }

    private func packet(_ event: String, _ arguments: [JSONValue]) throws -> ClusterPacket {
        try EmittedEvents.check(event)
        var data = ByteBuffer()
        JSONValue.array([.string(event)] + arguments).write(to: &data)
        return ClusterPacket(data: data)
    }
}

/// What other servers answered.
public struct AnswersOfServers: Sendable {
    /// One value from each server that answered.
    public let answers: [JSONValue]
    /// The servers that did not answer in time.
    public let silentNodes: [String]
}
