package import GatehouseJSON
package import NIOCore

/// Turns the JSON of a packet into an event or an ack. One for each event loop: its document is used again for every message, so that
/// scanning allocates nothing once it has grown.
package struct PacketDecoder {
    /// The longest event name (specification: protocol, section 7).
    package static let eventNameBytes = 128

    private var document = JSONDocument()
    private var duplicates = DuplicateKeys()
    private let limits: JSONLimits

    package init(limits: JSONLimits) { self.limits = limits }

    /// - Parameter droppedBytes: the size of attachments that were not kept; they count as part of the message.
    /// - Throws: ``PacketError`` if the connection is to be closed. Why an event is refused while the connection goes on is in the event's
    ///   ``IncomingEvent/fault``.
    package mutating func event(
        _ header: PacketHeader, _ text: ByteBuffer, _ attachments: [ByteBuffer], droppedBytes: Int = 0
    ) throws(PacketError) -> IncomingEvent {
        let packet = IncomingPacket(header: header, text: text, attachments: attachments, droppedBytes: droppedBytes)
        if let fault = header.fault { return refused(packet, fault) }
        if let fault = try scan(packet) { return refused(packet, fault) }
        guard let name = document.firstChild(of: document.root) else { throw PacketError(.badEventName, "an event has a name") }
        switch document.kind(of: name) {
        case .string:
            let verdict = document.withTextBytes(of: name) {
                (isFit: $0.count <= Self.eventNameBytes, isReserved: ReservedEventNames.contains($0))
            }
            guard verdict?.isFit == true else { return refused(packet, .eventName(limit: Self.eventNameBytes)) }
            guard verdict?.isReserved == false else {
                throw PacketError(.reservedEventName, "the event's name belongs to the protocol")
            }
        case .number: break
        default: throw PacketError(.badEventName, "an event starts with its name, a string or a number")
        }
        if header.type.isBinary {
            do throws(EventFault) {
                try BinaryPlaceholders.check(document, count: attachments.count)
            } catch {
                return refused(packet, error)
            }
        }
        return IncomingEvent(
            document: document, fault: nil, refusedName: nil, nameNode: name, firstArgument: document.next(after: name),
            argumentCount: document.count(of: document.root) - 1, ackID: header.ackID, attachments: attachments,
            byteCount: packet.byteCount)
    }

    /// Hands up only the event's name, if it can be read.
    private func refused(_ packet: IncomingPacket, _ fault: EventFault) -> IncomingEvent {
        IncomingEvent(
            document: JSONDocument(), fault: fault, refusedName: LeadingName.of(packet.payload), nameNode: nil, firstArgument: nil,
            argumentCount: 0, ackID: packet.header.ackID, attachments: [], byteCount: packet.byteCount)
    }

    /// - Returns: the arguments of an ACK packet, or why it is refused while the connection goes on.
    /// - Throws: ``PacketError`` if the connection is to be closed.
    package mutating func ack(
        _ header: PacketHeader, _ text: ByteBuffer, _ attachments: [ByteBuffer]
    ) throws(PacketError) -> Result<[JSONValue], EventFault> {
        if let fault = header.fault { return .failure(fault) }
        if let fault = try scan(IncomingPacket(header: header, text: text)) { return .failure(fault) }
        do throws(EventFault) {
            if header.type.isBinary { try BinaryPlaceholders.check(document, count: attachments.count) }
        } catch {
            return .failure(error)
        }
        do throws(JSONError) {
            if case .array(let arguments) = try document.owned(at: document.root) { return .success(arguments) }
        } catch {
            return .failure(EventFault(error))
        }
        throw PacketError(.badPayload, "an ack carries an array")
    }

    /// Whether the last text is still held.
    var holdsText: Bool { document.bytes.readableBytes > 0 }

    /// Lets go of the last text, once its event has been handled: the buffer that it came in is used again for the next message, where nobody
    /// else keeps it.
    package mutating func clear() {
        document.clear()
        duplicates.clear()
    }

    private mutating func scan(_ packet: IncomingPacket) throws(PacketError) -> EventFault? {
        guard !packet.header.payload.isEmpty else { throw PacketError(.badPayload, "an event carries an array") }
        do {
            try document.scan(packet.payload, limits: limits, duplicates: &duplicates)
        } catch {
            guard error.kind == .malformed else { return EventFault(error) }
            throw PacketError(.badPayload, error.message)
        }
        guard document.kind(of: document.root) == .array else { throw PacketError(.badPayload, "an event carries an array") }
        return nil
    }
}
