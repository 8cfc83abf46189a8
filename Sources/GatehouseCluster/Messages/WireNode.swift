#if Redis
    import GatehouseJSON
    import NIOCore
    import SocketIO

    /// A message on its way into JSON or MessagePack: members in the order in which Node writes them.
    indirect enum WireNode {
        case integer(Int)
        case bool(Bool)
        case string(String)
        case strings([String])
        case array([WireNode])
        case map([(String, WireNode)])
        /// JSON that is written already, with its attachments.
        case payload(ClusterPacket)

        /// Whether it has binary parts, which JSON cannot hold.
        var hasBinary: Bool {
            switch self {
            case .payload(let packet): !packet.attachments.isEmpty
            case .array(let items): items.contains { $0.hasBinary }
            case .map(let members): members.contains { $0.1.hasBinary }
            default: false
            }
        }

        /// Appends JSON as `JSON.stringify` writes it. A payload is copied as it stands.
        func writeJSON(to buffer: inout ByteBuffer) {
            switch self {
            case .integer(let value): buffer.writeJSONInteger(value)
            case .bool(let value): buffer.writeString(value ? "true" : "false")
            case .string(let text): buffer.writeJSONString(text)
            case .strings(let texts): WireNode.array(texts.map { .string($0) }).writeJSON(to: &buffer)
            case .payload(let packet): buffer.writeImmutableBuffer(packet.data)
            case .array(let items):
                buffer.writeString("[")
                for (index, item) in items.enumerated() {
                    if index > 0 { buffer.writeString(",") }
                    item.writeJSON(to: &buffer)
                }
                buffer.writeString("]")
            case .map(let members):
                buffer.writeString("{")
                for (index, member) in members.enumerated() {
                    if index > 0 { buffer.writeString(",") }
                    buffer.writeJSONString(member.0)
                    buffer.writeString(":")
                    member.1.writeJSON(to: &buffer)
                }
                buffer.writeString("}")
            }
        }

        /// Appends MessagePack.
        /// - Throws: ``ClusterFault`` for a payload that is not JSON.
        func write(to writer: inout MessagePackWriter) throws(ClusterFault) {
            switch self {
            case .integer(let value): writer.integer(Int64(value))
            case .bool(let value): writer.bool(value)
            case .string(let text): writer.string(text)
            case .strings(let texts):
                writer.array(texts.count)
                for text in texts { writer.string(text) }
            case .payload(let packet):
                guard let value = try? JSONValue(parsing: packet.data, limits: .maximum) else { throw ClusterFault("payload is not JSON") }
                writer.value(value, packet.attachments)
            case .array(let items):
                writer.array(items.count)
                for item in items { try item.write(to: &writer) }
            case .map(let members):
                writer.map(members.count)
                for (key, value) in members {
                    writer.string(key)
                    try value.write(to: &writer)
                }
            }
        }

        var json: ByteBuffer {
            var buffer = ByteBuffer()
            writeJSON(to: &buffer)
            return buffer
        }

        func messagePack() throws(ClusterFault) -> ByteBuffer {
            var writer = MessagePackWriter()
            try write(to: &writer)
            return writer.buffer
        }
    }
#endif
