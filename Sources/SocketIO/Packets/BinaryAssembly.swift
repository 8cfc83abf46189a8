package import NIOCore

/// A packet whose attachments are still arriving (SIO-08). Nothing else may come in between: text while attachments are due, or a binary
/// message when none is due, closes the connection.
///
/// The text is a right-sized copy: a slice would pin the whole read buffer for as long as a peer cares to withhold an attachment (REG-11).
package struct BinaryAssembly {
    package let header: PacketHeader
    package let text: ByteBuffer
    package private(set) var attachments: [ByteBuffer] = []
    /// The size of the attachments that came and were not kept.
    package private(set) var droppedBytes = 0
    /// After this instant the connection is closed (AC-14).
    package private(set) var deadline: NIODeadline
    /// Whether the attachments are kept. Those of a refused packet, or of one without a recipient, are only counted: the stream stays in
    /// step, and nothing is held.
    private let isKept: Bool
    private var count = 0

    /// - Parameter isKept: whether the attachments will be read.
    package init(header: PacketHeader, text: ByteBuffer, deadline: NIODeadline, isKept: Bool = true) {
        self.header = header
        self.text = ByteBuffer(bytes: text.readableBytesView)
        self.deadline = deadline
        self.isKept = isKept
        if isKept { attachments.reserveCapacity(header.attachments) }
    }

    /// Gives the attachments until `time` to come, if that is later.
    package mutating func postpone(to time: NIODeadline) { deadline = max(deadline, time) }

    /// - Returns: whether the packet is complete.
    package mutating func append(_ attachment: ByteBuffer) -> Bool {
        count += 1
        if isKept {
            attachments.append(ByteBuffer(bytes: attachment.readableBytesView))
        } else {
            droppedBytes &+= attachment.readableBytes
        }
        return count >= header.attachments
    }

    /// The packet, once it is complete.
    var packet: IncomingPacket {
        IncomingPacket(header: header, text: text, attachments: attachments, droppedBytes: droppedBytes)
    }
}
