import GatehouseTesting

extension SocketIOClient {
    /// Sends one Socket.IO packet as it is written; in Engine.IO it is a message.
    func sendPacket(_ text: String) async throws { try await sendRaw("4" + text) }
}
