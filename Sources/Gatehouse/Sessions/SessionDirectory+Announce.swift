import EngineIO
package import GatehouseJSON
package import SocketIO

/// A system event for many: it passes no `receive` rule (POL-11).
extension SessionDirectory {
    /// The audience of an announcement.
    package struct Audience: Sendable {
        /// `nil`: the members of all namespaces, once in each.
        let namespace: Namespace?
        /// `nil`: everybody there.
        let room: String?

        package init(namespace: Namespace?, room: String?) {
            self.namespace = namespace
            self.room = room
        }

        func includes(_ socket: Socket) -> Bool {
            guard socket.isConnected, namespace == nil || socket.name == namespace else { return false }
            return room.map { socket.isIn($0) || socket.id.description == $0 } ?? true
        }
    }

    /// How many sockets an announcement would reach now.
    package func count(_ audience: Audience) async throws -> Int {
        try await ConnectionRound.run(sockets, from: 0) { connection, count in
            count += connection.sockets.count { audience.includes($0) }
            return false
        }.reduce(0, +)
    }

    /// Sends an event to an audience, connection by connection: thousands of writes do not keep the others waiting (REL-22).
    /// - Returns: how many sockets it was sent to.
    package func announce(_ event: SystemEvent, _ payload: some JSONEncodable & Sendable, to audience: Audience) async throws -> Int {
        try await ConnectionRound.run(sockets, from: SharedMessages()) { connection, messages in
            var isSent = false
            for socket in connection.sockets where audience.includes(socket) {
                guard let message = messages.message(in: socket.namespace.definition, event, payload) else { continue }
                connection.session.send(message)
                connection.loop.counters.delivered &+= 1
                messages.sent += 1
                isSent = true
            }
            return isSent
        }.reduce(0) { $0 + $1.sent }
    }
}

/// The encoded event for each namespace, shared by its members.
private struct SharedMessages: Sendable {
    /// There may be as many namespaces as clients: only the last few are kept.
    private static let capacity = 16

    var sent = 0
    private var messages: [String: EngineMessage] = [:]

    mutating func message(in namespace: NamespaceDefinition, _ event: SystemEvent, _ payload: some JSONEncodable) -> EngineMessage? {
        if let known = messages[namespace.namespace.name] { return known }
        // System payloads hold only strings, booleans and integers, so writing cannot fail.
        guard let message = try? PacketWriter.message(event.rawValue, prefix: namespace.prefix, ackID: nil, payload) else { return nil }
        if messages.count >= Self.capacity { messages = [:] }
        messages[namespace.namespace.name] = message
        return message
    }
}
