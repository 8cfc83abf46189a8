package import EngineIO
package import GatehouseJSON
package import NIOCore

/// Writes packets. Payloads are written by the caller straight into the outbound buffer; nothing is encoded twice.
package enum PacketWriter {
    /// `2<namespace>,<ack id>["event",` — the arguments and `]` are the caller's.
    package static func openEvent(_ event: String, prefix: [UInt8], ackID: UInt64?, in buffer: inout ByteBuffer) {
        buffer.writeInteger(PacketType.event.rawValue)
        buffer.writeBytes(prefix)
        if let ackID { buffer.writeJSONInteger(ackID) }
        buffer.writeInteger(UInt8(ascii: "["))
        buffer.writeJSONString(event)
    }

    /// `3<namespace>,<ack id>[` — the arguments and `]` are the caller's.
    package static func openAck(_ id: UInt64, prefix: [UInt8], in buffer: inout ByteBuffer) {
        buffer.writeInteger(PacketType.ack.rawValue)
        buffer.writeBytes(prefix)
        buffer.writeJSONInteger(id)
        buffer.writeInteger(UInt8(ascii: "["))
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
