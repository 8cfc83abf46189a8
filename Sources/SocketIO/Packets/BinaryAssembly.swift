package import NIOCore

/// A packet whose attachments are still arriving (SIO-08). Nothing else may come in between: text while attachments are due, or a binary
/// message when none is due, closes the connection.
///
/// The text is a right-sized copy: a slice would pin the whole read buffer for as long as a peer cares to withhold an attachment (REG-11).
package struct BinaryAssembly {
    package let header: PacketHeader
    package let text: ByteBuffer
    package private(set) var attachments: [ByteBuffer] = []
    /// After this instant the connection is closed (AC-14).
    package let deadline: NIODeadline

    package init(header: PacketHeader, text: ByteBuffer, deadline: NIODeadline) {
        self.header = header
        self.text = ByteBuffer(bytes: text.readableBytesView)
        self.deadline = deadline
        attachments.reserveCapacity(header.attachments)
    }

    /// - Returns: whether the packet is complete.
    package mutating func append(_ attachment: ByteBuffer) -> Bool {
        attachments.append(ByteBuffer(bytes: attachment.readableBytesView))
        return attachments.count >= header.attachments
    }
}
