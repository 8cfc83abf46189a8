import GatehouseJSON
import NIOCore

extension ClientConnection {
    func received(_ text: String) {
        do {
            let packet = try SocketPacket(parsing: text)
            guard assembly == nil else { return violation("The server sent text while attachments were due.") }
            if packet.attachments > 0 {
                assembly = AttachmentAssembly(packet)
            } else {
                handle(packet, [])
            }
        } catch {
            end(CloseReason(.transport, error.message), error)
        }
    }

    func received(_ attachment: ByteBuffer) {
        guard var assembly else { return violation("The server sent an attachment that no packet announced.") }
        assembly.append(attachment)
        self.assembly = assembly.isComplete ? nil : assembly
        if assembly.isComplete { handle(assembly.packet, assembly.attachments) }
    }

    private func handle(_ packet: SocketPacket, _ attachments: [ByteBuffer]) {
        switch packet.kind {
        case .connect:
            guard let waiting = joining.removeValue(forKey: packet.namespace) else {
                return violation("The server connected a namespace that was not asked for.")
            }
            let sid = packet.data?["sid"]?.stringValue ?? ""
            joined[packet.namespace] = sid
            recoveryIDs[packet.namespace] = packet.data?["pid"]?.stringValue
            waiting.succeed(sid)
        case .connectError:
            joining.removeValue(forKey: packet.namespace)?
                .fail(ConnectRefused(namespace: packet.namespace, payload: packet.data))
        case .disconnect:
            guard joined.removeValue(forKey: packet.namespace) != nil else { return }
            deliver(ReceivedEvent(namespace: packet.namespace, name: Self.disconnectEvent, payload: .init([]), wantsAck: false))
        case .event, .binaryEvent: handleEvent(packet, attachments)
        case .ack, .binaryAck:
            guard let id = packet.id, let arguments = packet.data?.arrayValue else {
                return violation("The server sent an acknowledgement without id or arguments.")
            }
            acks.removeValue(forKey: id)?.succeed(SocketIOPayload(arguments, attachments: attachments))
        }
    }

    private func handleEvent(_ packet: SocketPacket, _ attachments: [ByteBuffer]) {
        guard let items = packet.data?.arrayValue, let name = items.first?.stringValue else {
            return violation("The server sent an event without a name.")
        }
        let payload = SocketIOPayload(Array(items.dropFirst()), attachments: attachments)
        let event = ReceivedEvent(namespace: packet.namespace, name: name, payload: payload, wantsAck: packet.id != nil)
        if let id = packet.id, let reply = answer?(event) {
            send(.ack, in: packet.namespace, id: id, data: reply.arguments, attachments: reply.attachments)
        }
        deliver(event)
    }

    /// Stands for the server's DISCONNECT; no event can have this reserved name.
    static var disconnectEvent: String { "disconnect" }

    private func deliver(_ event: ReceivedEvent) {
        if let observer { return observer(event) }
        switch inbox.receive(event) {
        case .asker(let asker): askers.removeValue(forKey: asker)?.succeed(event)
        case .kept: break
        case .full:
            let message = "\(options.inboxLimit) events came that nobody asked for."
            end(CloseReason(.client, message), SocketIOClientError(.inboxFull, message))
        }
    }

    /// Sends an event or an acknowledgement with its attachments.
    func send(_ kind: SocketPacket.Kind, in namespace: String, id: UInt64?, data: [JSONValue], attachments: [ByteBuffer]) {
        var packet = SocketPacket(kind: kind, namespace: namespace, id: id, attachments: attachments.count, data: .array(data))
        if !attachments.isEmpty { packet.kind = kind == .ack ? .binaryAck : .binaryEvent }
        link?.send([.text("4" + packet.text)] + attachments.map(OutboundPacket.binary))
    }
}
