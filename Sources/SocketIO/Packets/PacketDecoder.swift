package import GatehouseJSON
package import NIOCore

/// Turns the JSON of a packet into an event or an ack. One for each event loop: its document is used again for every message, so that
/// scanning allocates nothing once it has grown.
package struct PacketDecoder {
    /// The longest event name (protocol requirements, section 7).
    package static let eventNameBytes = 128

    private var document = JSONDocument()
    private let limits: JSONLimits

    package init(limits: JSONLimits) { self.limits = limits }

    /// - Throws: ``PacketError`` if the connection is to be closed. A payload that is refused while the connection goes on is in the
    ///   event's ``IncomingEvent/fault``.
    package mutating func event(
        _ header: PacketHeader, _ text: ByteBuffer, _ attachments: [ByteBuffer]
    ) throws(PacketError) -> IncomingEvent {
        var bytes = text.readableBytes
        for attachment in attachments { bytes &+= attachment.readableBytes }
        let fault = try scan(header, text)
        if let fault {
            return IncomingEvent(
                document: document, fault: fault, nameNode: nil, firstArgument: nil, argumentCount: 0, ackID: header.ackID,
                attachments: attachments, byteCount: bytes)
        }
        guard let name = document.firstChild(of: document.root), document.kind(of: name) == .string else {
            throw PacketError(.badEventName, "an event starts with its name, a string")
        }
        let verdict = document.withStringBytes(of: name) {
            (isFit: $0.count <= Self.eventNameBytes, isReserved: ReservedEventNames.contains($0))
        }
        guard let verdict, verdict.isFit else {
            throw PacketError(.badEventName, "an event's name has at most \(Self.eventNameBytes) bytes")
        }
        guard !verdict.isReserved else { throw PacketError(.reservedEventName, "the event's name belongs to the protocol") }
        if header.type.isBinary { try BinaryPlaceholders.check(document, count: attachments.count) }
        return IncomingEvent(
            document: document, fault: nil, nameNode: name, firstArgument: document.next(after: name),
            argumentCount: document.count(of: document.root) - 1, ackID: header.ackID, attachments: attachments, byteCount: bytes)
    }

    /// - Returns: the id and the arguments of an ACK packet, or what is wrong with a payload that is refused while the connection goes on.
    /// - Throws: ``PacketError`` if the connection is to be closed.
    package mutating func ack(
        _ header: PacketHeader, _ text: ByteBuffer, _ attachments: [ByteBuffer]
    ) throws(PacketError) -> (id: UInt64, arguments: Result<[JSONValue], JSONError>) {
        guard let id = header.ackID else { throw PacketError(.badAckID, "an ack names the id that it answers") }
        if let fault = try scan(header, text) { return (id, .failure(fault)) }
        if header.type.isBinary { try BinaryPlaceholders.check(document, count: attachments.count) }
        guard case .array(let arguments)? = try? document.owned(at: document.root) else {
            throw PacketError(.badPayload, "an ack carries an array")
        }
        return (id, .success(arguments))
    }

    private mutating func scan(_ header: PacketHeader, _ text: ByteBuffer) throws(PacketError) -> JSONError? {
        var payload = text
        payload.moveReaderIndex(forwardBy: header.payload.lowerBound)
        guard payload.readableBytes > 0 else { throw PacketError(.badPayload, "an event carries an array") }
        do {
            try document.scan(payload, limits: limits)
        } catch {
            guard error.kind == .malformed else { return error }
            throw PacketError(.badPayload, error.message)
        }
        guard document.kind(of: document.root) == .array else { throw PacketError(.badPayload, "an event carries an array") }
        return nil
    }
}
