import GatehouseJSON
import NIOCore

/// What users ask for; all on the event loop.
extension ClientConnection {
    func join(_ namespace: String, auth: JSONObject?) throws -> EventLoopFuture<String> {
        try checkOpen()
        guard joined[namespace] == nil, joining[namespace] == nil else {
            throw SocketIOClientError(.namespace, "\(namespace) is joined already, or is being joined.")
        }
        let reply = PendingReply<String>(on: loop, within: options.timeout) {
            let error = SocketIOClientError(.timeout, "The server did not answer the CONNECT to \(namespace).")
            self.joining.removeValue(forKey: namespace)?.fail(error)
        }
        joining[namespace] = reply
        link?.send([.text("4" + SocketPacket(kind: .connect, namespace: namespace, data: auth.map(JSONValue.object)).text)])
        return reply.future
    }

    func leave(_ namespace: String) throws {
        try checkOpen()
        guard joined.removeValue(forKey: namespace) != nil else {
            throw SocketIOClientError(.namespace, "\(namespace) is not joined.")
        }
        link?.send([.text("4" + SocketPacket(kind: .disconnect, namespace: namespace).text)])
    }

    func emit(_ name: String, _ payload: SocketIOPayload, in namespace: String, id: UInt64? = nil) throws {
        try checkJoined(namespace)
        send(.event, in: namespace, id: id, data: [.string(name)] + payload.arguments, attachments: payload.attachments)
    }

    func call(
        _ name: String, _ payload: SocketIOPayload, in namespace: String, within time: Duration
    ) throws -> EventLoopFuture<SocketIOPayload> {
        let id = nextAck()
        try emit(name, payload, in: namespace, id: id)
        let reply = PendingReply<SocketIOPayload>(on: loop, within: time) {
            let error = SocketIOClientError(.timeout, "No acknowledgement of \(name) in \(namespace) within \(time).")
            self.acks.removeValue(forKey: id)?.fail(error)
        }
        acks[id] = reply
        return reply.future
    }

    func event(_ name: String, in namespace: String, within time: Duration) throws -> EventLoopFuture<ReceivedEvent> {
        let key = Inbox.Key(namespace: namespace, name: name)
        if let event = inbox.take(key) { return loop.makeSucceededFuture(event) }
        try checkOpen()
        let asker = nextAsker()
        let reply = PendingReply<ReceivedEvent>(on: loop, within: time) {
            self.inbox.forget(asker: asker, of: key)
            let error = SocketIOClientError(.timeout, "No event \(name) in \(namespace) within \(time).")
            self.askers.removeValue(forKey: asker)?.fail(error)
        }
        inbox.ask(key, asker: asker)
        askers[asker] = reply
        return reply.future
    }

    func sendRaw(_ packet: OutboundPacket) throws {
        try checkOpen()
        link?.send([packet])
    }

    func closed(within time: Duration) -> EventLoopFuture<CloseReason> {
        if let closeReason { return loop.makeSucceededFuture(closeReason) }
        let asker = nextAsker()
        let reply = PendingReply<CloseReason>(on: loop, within: time) {
            let error = SocketIOClientError(.timeout, "The connection is still open after \(time).")
            self.closers.removeValue(forKey: asker)?.fail(error)
        }
        closers[asker] = reply
        return reply.future
    }
}
