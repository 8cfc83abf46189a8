package import EngineIO
import GatehouseJSON
package import NIOCore

/// An event as it crosses from node to node: the array of its name and its arguments as JSON, and the attachments that it points to.
package struct ClusterPacket: Sendable, Equatable {
    /// `["name",…]`, as it stands in the client's packet.
    package var data: ByteBuffer
    package var attachments: [ByteBuffer]

    package init(data: ByteBuffer, attachments: [ByteBuffer] = []) {
        self.data = data
        self.attachments = attachments
    }

    /// Takes the event out of an encoded broadcast, without copying.
    package init?(_ broadcast: Broadcast) {
        var text = broadcast.message.payload
        // The type, the count of attachments, the namespace and the id of the ack stand before the array. No namespace holds a bracket.
        guard let bracket = text.readableBytesView.firstIndex(of: UInt8(ascii: "[")) else { return nil }
        text.moveReaderIndex(to: bracket)
        if let recovery = broadcast.recovery {
            // An offset means something on its own node only. This copies the text.
            text.moveWriterIndex(to: max(text.readerIndex, text.writerIndex &- RecoveryOffset.reserved(recovery.offsetLength) &- 1))
            text.writeInteger(UInt8(ascii: "]"))
        }
        self.init(data: text, attachments: broadcast.message.attachmentPayloads)
    }

    /// The event for clients of this node.
    /// - Parameter offsetLength: of the ``RecoveryOffset`` that is one more argument at the end; 0 for none.
    package func message(prefix: [UInt8], ackID: UInt64?, offsetLength: Int = 0) -> EngineMessage {
        EngineMessage(capacity: data.readableBytes &+ 96) { buffer in
            PacketWriter.openPacket(prefix: prefix, ackID: ackID, attachments: attachments.count, in: &buffer)
            guard offsetLength > 0, let open = data.getSlice(at: data.readerIndex, length: max(0, data.readableBytes &- 1)) else {
                buffer.writeImmutableBuffer(data)
                return attachments
            }
            // The offset comes before the last bracket.
            buffer.writeImmutableBuffer(open)
            buffer.writeBytes(RecoveryOffset.placeholder(offsetLength))
            buffer.writeInteger(UInt8(ascii: "]"))
            return attachments
        }
    }
}
