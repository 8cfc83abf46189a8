package import EngineIO
package import GatehouseJSON
package import NIOCore

/// Writes packets. Payloads are written by the caller straight into the outbound buffer; nothing is encoded twice.
package enum PacketWriter {
    /// `2<namespace>,<ack id>["event"`, or `5<attachments>-…` when binary messages follow — the arguments, a comma before each, and `]` are
    /// the caller's.
    package static func openEvent(
        _ event: String, prefix: [UInt8], ackID: UInt64?, attachments: Int = 0, in buffer: inout BufferWriter
    ) {
        open(.event, .binaryEvent, attachments, prefix, in: &buffer)
        if let ackID { buffer.writeJSONInteger(ackID) }
        buffer.writeInteger(UInt8(ascii: "["))
        buffer.writeJSONString(event)
    }

    /// `3<namespace>,<ack id>[`, or `6<attachments>-…` when binary messages follow — the arguments and `]` are the caller's.
    package static func openAck(_ id: UInt64, prefix: [UInt8], attachments: Int = 0, in buffer: inout BufferWriter) {
        open(.ack, .binaryAck, attachments, prefix, in: &buffer)
        buffer.writeJSONInteger(id)
        buffer.writeInteger(UInt8(ascii: "["))
    }

    /// The head of an event whose array, name included, is the caller's.
    package static func openPacket(prefix: [UInt8], ackID: UInt64?, attachments: Int, in buffer: inout BufferWriter) {
        open(.event, .binaryEvent, attachments, prefix, in: &buffer)
        if let ackID { buffer.writeJSONInteger(ackID) }
    }

    /// SIO-08: a packet with attachments is of another type, and says how many there are before it names its namespace.
    private static func open(
        _ plain: PacketType, _ binary: PacketType, _ attachments: Int, _ prefix: [UInt8], in buffer: inout BufferWriter
    ) {
        if attachments > 0 {
            buffer.writeInteger(binary.rawValue)
            buffer.writeJSONInteger(attachments)
            buffer.writeInteger(UInt8(ascii: "-"))
        } else {
            buffer.writeInteger(plain.rawValue)
        }
        buffer.writeBytes(prefix)
    }

    /// An event for any number of sockets, and the attachments that its arguments hold.
    /// - Parameter offsetLength: of the ``RecoveryOffset`` that is one more argument at the end; 0 for none.
    /// - Throws: `JSONError` if an argument cannot be written.
    package static func message<each Argument: JSONEncodable>(
        _ event: String, prefix: [UInt8], ackID: UInt64?, offsetLength: Int = 0, _ arguments: repeat each Argument
    ) throws(JSONError) -> EngineMessage {
        var failure: JSONError?
        let message = EngineMessage { buffer in
            let start = buffer.count
            var attachments: [ByteBuffer] = []
            openEvent(event, prefix: prefix, ackID: ackID, in: &buffer)
            for argument in repeat each arguments {
                buffer.writeInteger(UInt8(ascii: ","))
                do throws(JSONError) {
                    try JSONWriter.write(argument, to: &buffer, collecting: &attachments)
                } catch {
                    failure = failure ?? error
                }
            }
            if offsetLength > 0 { buffer.writeBytes(RecoveryOffset.placeholder(offsetLength)) }
            buffer.writeInteger(UInt8(ascii: "]"))
            guard !attachments.isEmpty, failure == nil else { return [] }
            do throws(JSONError) {
                try announce(attachments.count, as: .binaryEvent, from: start, in: &buffer)
            } catch {
                failure = error
            }
            return attachments
        }
        if let failure { throw failure }
        return message
    }

    /// Writes an ack of one value; the buffer is left as it was if that fails.
    /// - Returns: the attachments that the value holds.
    /// - Throws: `JSONError` if the value cannot be written.
    package static func ack(
        _ id: UInt64, prefix: [UInt8], _ value: any JSONEncodable, in buffer: inout BufferWriter
    ) throws(JSONError) -> [ByteBuffer] {
        let start = buffer.count
        var attachments: [ByteBuffer] = []
        openAck(id, prefix: prefix, in: &buffer)
        do throws(JSONError) {
            try JSONWriter.write(value, to: &buffer, collecting: &attachments)
            buffer.writeInteger(UInt8(ascii: "]"))
            if !attachments.isEmpty { try announce(attachments.count, as: .binaryAck, from: start, in: &buffer) }
        } catch {
            buffer.cut(to: start)
            throw error
        }
        return attachments
    }

    /// Turns a packet that was begun without attachments into one with `count` of them, once its arguments are written: type and count come
    /// before everything else (SIO-08).
    /// - Throws: `JSONError` if a client would find another number of placeholders. One more, from a value that another client sent, would
    ///   show it somebody else's attachment, or make it close the connection.
    private static func announce(
        _ attachments: Int, as type: PacketType, from start: Int, in buffer: inout BufferWriter
    ) throws(JSONError) {
        let rest = buffer.bytes(from: start &+ 1)
        guard PlaceholderCount.of(rest.span) == attachments else {
            throw JSONError(.attachment, "beside attachments no value may have a member named _placeholder", at: 0)
        }
        buffer.cut(to: start)
        open(type, type, attachments, [], in: &buffer)
        buffer.writeBytes(rest)
    }
}
