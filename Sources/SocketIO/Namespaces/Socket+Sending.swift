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
            // System payloads hold only strings, booleans and integers, so writing cannot fail.
            try? payload.encode(into: &buffer)
            buffer.writeInteger(UInt8(ascii: "]"))
        }
    }

    /// Sends an event to this socket alone. The caller has checked the name (SIO-10).
    /// - Parameters:
    ///   - attachments: binary messages that follow at once; each has its placeholder in the arguments.
    ///   - write: appends the arguments, a comma before each.
    package func emit(_ event: String, attachments: [ByteBuffer] = [], _ write: (inout BufferWriter) -> Void) {
        guard isConnected else { return }
        send(attachments) { buffer in
            PacketWriter.openEvent(
                event, prefix: namespace.definition.prefix, ackID: nil, attachments: attachments.count, in: &buffer)
            write(&buffer)
            buffer.writeInteger(UInt8(ascii: "]"))
        }
    }

    /// Answers an event.
    /// - Parameters:
    ///   - attachments: binary messages that follow at once; each has its placeholder in the arguments.
    ///   - write: appends the ack's arguments, separated by commas.
    package func acknowledge(_ id: UInt64, attachments: [ByteBuffer] = [], _ write: (inout BufferWriter) -> Void) {
        guard isConnected else { return }
        send(attachments) { buffer in
            PacketWriter.openAck(id, prefix: namespace.definition.prefix, attachments: attachments.count, in: &buffer)
            write(&buffer)
            buffer.writeInteger(UInt8(ascii: "]"))
        }
    }

    /// Answers an event with one value, and with the attachments that it holds.
    /// - Parameter substitute: the value that is sent if the first one cannot be written; writing it must not fail.
    package func acknowledge(_ id: UInt64, with value: any JSONEncodable, or substitute: (JSONError) -> any JSONEncodable) {
        guard isConnected else { return }
        let prefix = namespace.definition.prefix
        connection.session.sendTextThenBinary { buffer in
            do throws(JSONError) {
                return try PacketWriter.ack(id, prefix: prefix, value, in: &buffer)
            } catch {
                return (try? PacketWriter.ack(id, prefix: prefix, substitute(error), in: &buffer)) ?? []
            }
        }
    }

    private func send(_ attachments: [ByteBuffer], _ write: (inout BufferWriter) -> Void) {
        if attachments.isEmpty {
            connection.session.sendText(write)
        } else {
            connection.session.sendTextThenBinary(attachments, write)
        }
    }
}
