import EngineIO
package import GatehouseJSON
package import NIOCore

extension Socket {
    /// Sends an event of the system's own to this socket alone. It passes no `receive` rule (POL-11, `builtin.system`).
    package func emitSystem(_ event: SystemEvent, _ payload: some JSONEncodable) {
        guard isConnected else { return }
        connection.session.sendText { buffer in
            PacketWriter.openEvent(event.rawValue, prefix: namespace.definition.prefix, ackID: nil, in: &buffer)
            buffer.writeInteger(UInt8(ascii: ","))
            // System payloads hold strings, booleans and integers only: there is nothing in them that cannot be written.
            try? payload.encode(into: &buffer)
            buffer.writeInteger(UInt8(ascii: "]"))
        }
    }

    /// Answers an event. `write` appends the ack's arguments, separated by commas.
    package func acknowledge(_ id: UInt64, _ write: (inout ByteBuffer) -> Void) {
        guard isConnected else { return }
        connection.session.sendText { buffer in
            PacketWriter.openAck(id, prefix: namespace.definition.prefix, in: &buffer)
            write(&buffer)
            buffer.writeInteger(UInt8(ascii: "]"))
        }
    }
}
