import GatehouseJSON
import NIOCore
import SocketIO

/// FZ-02: a Socket.IO packet; after a byte 0xFF, which no text holds, each attachment. What is taken obeys SIO-06 by a plain reading of it,
/// and written again is read as the same.
package struct PacketHarness: FuzzHarness {
    package static let name = "packet"

    /// As on an event loop: one for all messages.
    private var decoder = PacketDecoder(limits: .default)

    package init() {}

    package mutating func run(_ input: [UInt8]) throws {
        let parts = input.split(separator: 0xFF, omittingEmptySubsequences: false)
        let text = Array(parts.first ?? [])
        let binaries = parts.dropFirst().map { ByteBuffer(bytes: $0) }
        guard let header = try? PacketHeader(decoding: text.span) else { return }
        try checkHeader(header, text)
        guard let attachments = try assemble(header, text, binaries) else { return }
        switch header.type {
        case .event, .binaryEvent: try event(header, text, attachments)
        case .ack, .binaryAck: try ack(header, text, attachments)
        case .connect, .disconnect, .connectError: break
        }
    }

    private func checkHeader(_ header: PacketHeader, _ text: [UInt8]) throws {
        try require(
            header.attachments <= (header.fault == nil ? 10 : 1_024) && (header.attachments == 0 || header.type.isBinary),
            "attachments that may not be")
        try require(header.namespace.count <= 2_048 && header.ackID ?? 0 < 1 << 53, "a namespace or an ack id beyond its limit")
        try require(
            header.namespace.upperBound <= header.payload.lowerBound && header.payload.upperBound == text.count, "ranges out of order")
        let namespace = Array(text[header.namespace])
        var again = [header.type.rawValue]
        if header.type.isBinary { again += Array("\(header.attachments)-".utf8) }
        if !namespace.isEmpty { again += namespace + [0x2C] }
        if let id = header.ackID { again += Array(String(id).utf8) }
        let payload = text[header.payload]
        // An ack id that is too large is not read, and so is not written again.
        guard header.fault == nil else { return }
        // A text may end with its namespace, which then has no comma; and a root that is written out may hide a slash behind it.
        guard header.ackID != nil || !namespace.isEmpty || payload.first != 0x2F else { return }
        again += payload
        guard let second = try? PacketHeader(decoding: again.span) else { throw BrokenOracle("written again, the header is refused") }
        try require(
            second.type == header.type && second.attachments == header.attachments && second.ackID == header.ackID
                && again[second.namespace].elementsEqual(namespace) && again[second.payload].elementsEqual(payload),
            "written again, the header is read as another")
    }

    /// The attachments of the packet once all have come; nil before.
    private func assemble(_ header: PacketHeader, _ text: [UInt8], _ binaries: [ByteBuffer]) throws -> [ByteBuffer]? {
        guard header.attachments > 0 else { return [] }
        var assembly = BinaryAssembly(header: header, text: ByteBuffer(bytes: text), deadline: .distantFuture)
        for (index, binary) in binaries.prefix(header.attachments).enumerated() {
            let isComplete = assembly.append(binary)
            try require(isComplete == (index + 1 == header.attachments), "a packet is complete with its last attachment and not before")
        }
        guard binaries.count >= header.attachments else { return nil }
        try require(assembly.attachments == Array(binaries.prefix(header.attachments)), "attachments were changed")
        return assembly.attachments
    }

    private mutating func event(_ header: PacketHeader, _ text: [UInt8], _ attachments: [ByteBuffer]) throws {
        let lawful = LawfulEvent(Array(text[header.payload]), attachments: attachments.count, isBinary: header.type.isBinary)
        let event: IncomingEvent
        do throws(PacketError) {
            event = try decoder.event(header, ByteBuffer(bytes: text), attachments)
        } catch {
            try require(lawful == nil, "a lawful event was refused: \(error)")
            return
        }
        if event.fault != nil {
            try require(header.fault != nil || lawful == nil, "a lawful event was refused")
            try require(event.nameNode == nil && event.attachments.isEmpty, "something of a refused event was handed up")
            try require((event.name ?? "").utf8.count <= 128, "a name that is too long was handed up")
            return
        }
        guard let lawful else {
            // A number beyond a double is refused only where its value is wanted.
            guard (try? event.document.owned(at: event.document.root)) == nil else {
                throw BrokenOracle("an event that SIO-06 refuses was taken")
            }
            return
        }
        try require(event.ackID == header.ackID && event.argumentCount == lawful.arguments.count, "ack id or arguments were changed")
        try checkArguments(event, lawful)
        try rewrite(header, text, lawful, attachments)
    }

    private func checkArguments(_ event: IncomingEvent, _ lawful: LawfulEvent) throws {
        guard var node = event.firstArgument else { return }
        for argument in lawful.arguments {
            try require((try? event.document.owned(at: node)) == argument, "an argument was changed")
            node = event.document.next(after: node)
        }
    }

    private mutating func rewrite(_ header: PacketHeader, _ text: [UInt8], _ lawful: LawfulEvent, _ attachments: [ByteBuffer]) throws {
        let namespace = text[header.namespace]
        var written = ByteBuffer()
        written.append {
            PacketWriter.openEvent(
                lawful.name, prefix: namespace.isEmpty ? [] : namespace + [0x2C], ackID: header.ackID, attachments: attachments.count,
                in: &$0)
        }
        for argument in lawful.arguments {
            written.writeString(",")
            argument.write(to: &written)
        }
        written.writeString("]")
        // Escapes may make a string longer than its limit.
        guard let again = try? PacketHeader(decoding: Array(written.readableBytesView).span) else {
            throw BrokenOracle("written again, the event has no header")
        }
        guard let event = try? decoder.event(again, written, attachments), event.fault == nil else {
            try require(written.readableBytes > 16_384, "written again, the event is refused")
            return
        }
        try require(again.ackID == header.ackID && again.attachments == attachments.count, "written again, the header is another")
        try require((event.name ?? "").utf8.elementsEqual(lawful.name.utf8), "written again, the name is another")
        try checkArguments(event, lawful)
    }

    private mutating func ack(_ header: PacketHeader, _ text: [UInt8], _ attachments: [ByteBuffer]) throws {
        guard case .success(let arguments)? = try? decoder.ack(header, ByteBuffer(bytes: text), attachments) else { return }
        let value = try? JSONValue(parsing: text[header.payload])
        try require(value == .array(arguments), "the ack's arguments were changed")
        if header.type.isBinary, let value {
            try require(LawfulEvent.hasPlaceholders(value, attachments.count), "an ack with other placeholders than attachments")
        }
    }
}
