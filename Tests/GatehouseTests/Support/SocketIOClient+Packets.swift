import GatehouseJSON
import GatehouseTLS
import NIOCore

@testable import GatehouseTesting

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

extension SocketIOClient {
    /// Sends one Socket.IO packet as it is written; in Engine.IO it is a message.
    func sendPacket(_ text: String) async throws { try await sendRaw("4" + text) }

    /// Sends a packet as it is written, and its attachments.
    func sendPacket(_ text: String, _ attachments: [[UInt8]]) async throws {
        try await sendPacket(text)
        for attachment in attachments { try await sendRaw(ByteBuffer(bytes: attachment)) }
    }

    /// Sends a packet as it is written, and its attachments, and waits for the first argument of the ack of an id.
    func answer(to text: String, _ attachments: [[UInt8]] = [], id: UInt64) async throws -> JSONValue? {
        let answer = try await onLoop { connection in
            let reply = PendingReply<SocketIOPayload>(on: connection.loop, within: connection.options.timeout) {
                connection.acks.removeValue(forKey: id)?.fail(SocketIOClientError(.timeout, "no ack of \(text.prefix(60))"))
            }
            connection.acks[id] = reply
            try connection.sendRaw(.text("4" + text))
            for attachment in attachments { try connection.sendRaw(.binary(ByteBuffer(bytes: attachment))) }
            return reply.future
        }
        return answer.arguments.first
    }

    /// Joins a namespace with a payload as it is written.
    func join(_ namespace: String, payload: String) async throws {
        _ = try await onLoop { connection in
            let reply = PendingReply<String>(on: connection.loop, within: connection.options.timeout) {
                connection.joining.removeValue(forKey: namespace)?.fail(SocketIOClientError(.timeout, "no answer to a CONNECT"))
            }
            connection.joining[namespace] = reply
            try connection.sendRaw(.text("40\(namespace),\(payload)"))
            return reply.future
        }
    }

    /// A way for a connection to end that is none of the client's.
    enum Cut: CaseIterable {
        /// TCP is reset.
        case reset
        /// TCP ends in order, and TLS has not.
        case withoutCloseNotify
    }

    /// Cuts the connection that carries a WebSocket, or the GET that waits.
    func cutOff(_ cut: Cut) async throws {
        try await onLoop { connection in
            let channel = (connection.link as? WebSocketLink)?.channel ?? (connection.link as? PollingLink)?.polls.channel
            guard let channel, let options = channel as? any SocketOptionProvider else { throw NoConnection() }
            let ready =
                cut == .reset
                ? options.setSoLinger(linger(l_onoff: 1, l_linger: 0)) : channel.eventLoop.makeSucceededVoidFuture()
            return ready.flatMap {
                // Below TLS there is no other way to end without its goodbye; a plain connection has none.
                cut == .reset && (try? channel.pipeline.syncOperations.handler(type: TLSHandler.self)) == nil
                    ? channel.close() : channel.triggerUserOutboundEvent(TLSAbort())
            }
        }
    }

    struct NoConnection: Error {}
}
