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
