package import GatehouseJSON
package import NIOCore

/// The packets that a polling client has not fetched yet, in order, one after another in one buffer, with their lengths beside it.
package struct PollQueue: Sendable {
    static let separator: UInt8 = 0x1E

    private struct Packet: Sendable {
        var length: Int
        var isBinary: Bool
    }

    private var bytes = ByteBuffer()
    private var packets = CircularBuffer<Packet>(initialCapacity: 1)

    package init() {}

    package var isEmpty: Bool { packets.isEmpty }
    /// Bytes queued, with a fixed cost per packet, so that empty packets are bounded too.
    package var queuedBytes: Int { bytes.readableBytes &+ packets.count &* MemoryLayout<Packet>.stride }

    /// Bytes of memory in use.
    package var heldBytes: Int { bytes.capacity &+ packets.count &* MemoryLayout<Packet>.stride }

    /// Appends a text packet that `write` writes, type included. A packet with the separator in it would be read as two: it is not queued,
    /// and false is returned.
    package mutating func appendText(_ write: (inout BufferWriter) -> Void) -> Bool {
        let start = bytes.writerIndex
        bytes.append(write)
        let length = bytes.writerIndex &- start
        if let view = bytes.viewBytes(at: start, length: length), view.contains(Self.separator) {
            bytes.moveWriterIndex(to: start)
            return false
        }
        packets.append(Packet(length: length, isBinary: false))
        return true
    }

    package mutating func appendBinary(_ payload: ByteBuffer) {
        bytes.writeImmutableBuffer(payload)
        packets.append(Packet(length: payload.readableBytes, isBinary: true))
    }

    /// Takes packets from the front until the payload would pass `limit` bytes (one packet at least), encoded for a polling answer.
    package mutating func payload(limit: Int) -> ByteBuffer {
        var output = ByteBuffer()
        while let packet = packets.first {
            let encoded = packet.isBinary ? 1 &+ Base64.padded.encodedLength(packet.length) : packet.length
            guard output.readableBytes == 0 || output.readableBytes &+ 1 &+ encoded <= limit else { break }
            if output.readableBytes > 0 { output.writeInteger(Self.separator) }
            take { data, isBinary in
                if isBinary {
                    output.writeInteger(UInt8(ascii: "b"))
                    Base64.padded.append(data, to: &output)
                } else {
                    output.writeImmutableBuffer(data)
                }
            }
        }
        reclaim()
        return output
    }

    /// Takes every packet, for a session that has become a WebSocket.
    package mutating func drain(_ body: (_ packet: ByteBuffer, _ isBinary: Bool) -> Void) {
        while !packets.isEmpty { take(body) }
    }

    private mutating func take(_ body: (_ packet: ByteBuffer, _ isBinary: Bool) -> Void) {
        guard let packet = packets.popFirst(), let data = bytes.readSlice(length: packet.length) else { return }
        body(data, packet.isBinary)
        if packets.isEmpty { bytes = ByteBuffer() }
    }

    /// Frees the room of packets that were taken, once it is the larger part, so that a queue that is never quite empty does not grow for
    /// ever.
    private mutating func reclaim() {
        if bytes.readerIndex > bytes.readableBytes { bytes.discardReadBytes() }
    }
}
