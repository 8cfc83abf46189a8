package import EngineIO
package import GatehouseJSON
package import NIOCore

/// Writes packets. Payloads are written by the caller straight into the outbound buffer; nothing is encoded twice.
package enum PacketWriter {
    /// `2<namespace>,<ack id>["event"`, or `5<attachments>-…` when binary messages follow — the arguments, a comma before each, and `]` are
    /// the caller's.
    package static func openEvent(
        _ event: String, prefix: [UInt8], ackID: UInt64?, attachments: Int = 0, in buffer: inout ByteBuffer
    ) {
        open(.event, .binaryEvent, attachments, prefix, in: &buffer)
        if let ackID { buffer.writeJSONInteger(ackID) }
        buffer.writeInteger(UInt8(ascii: "["))
        buffer.writeJSONString(event)
    }

    /// `3<namespace>,<ack id>[`, or `6<attachments>-…` when binary messages follow — the arguments and `]` are the caller's.
    package static func openAck(_ id: UInt64, prefix: [UInt8], attachments: Int = 0, in buffer: inout ByteBuffer) {
        open(.ack, .binaryAck, attachments, prefix, in: &buffer)
        buffer.writeJSONInteger(id)
        buffer.writeInteger(UInt8(ascii: "["))
    }

    /// SIO-08: a packet with attachments is of another type, and says how many there are before it names its namespace.
    private static func open(
        _ plain: PacketType, _ binary: PacketType, _ attachments: Int, _ prefix: [UInt8], in buffer: inout ByteBuffer
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

    /// An event for any number of sockets.
    /// - Throws: `JSONError` if an argument cannot be written.
    package static func message<each Argument: JSONEncodable>(
        _ event: String, prefix: [UInt8], ackID: UInt64?, _ arguments: repeat each Argument
    ) throws(JSONError) -> EngineMessage {
        var failure: JSONError?
        let message = EngineMessage.text { buffer in
            openEvent(event, prefix: prefix, ackID: ackID, in: &buffer)
            for argument in repeat each arguments {
                buffer.writeInteger(UInt8(ascii: ","))
                do throws(JSONError) {
                    try argument.encode(into: &buffer)
                } catch {
                    failure = failure ?? error
                }
            }
            buffer.writeInteger(UInt8(ascii: "]"))
        }
        if let failure { throw failure }
        return message
    }
}
