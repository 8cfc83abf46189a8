import GatehouseJSON
import NIOCore

/// The body of a polling request or response: packets with 0x1E between them, binary ones as `b` and base64.
enum EnginePayload {
    static let separator: UInt8 = 0x1E

    static func decode(_ body: ByteBuffer) throws(SocketIOClientError) -> [EnginePacket] {
        var packets: [EnginePacket] = []
        for part in body.readableBytesView.split(separator: separator, omittingEmptySubsequences: false) {
            if part.first == UInt8(ascii: "b") {
                guard let bytes = Base64.padded.decode(part.dropFirst()) else {
                    throw SocketIOClientError(.protocolViolation, "The server sent an attachment that is not base64.")
                }
                packets.append(.binary(ByteBuffer(bytes: bytes)))
            } else {
                guard let text = String(validating: part, as: UTF8.self) else {
                    throw SocketIOClientError(.protocolViolation, "The server sent a payload that is not UTF-8.")
                }
                packets.append(try EnginePacket(text: text))
            }
        }
        return packets
    }

    static func encode(_ packet: OutboundPacket) -> String {
        switch packet {
        case .text(let text): text
        case .binary(let bytes): "b" + Base64.padded.encode(bytes.readableBytesView)
        }
    }

    /// Takes from the front what fits into one body of `limit` bytes; a single packet above it goes alone, for the server to refuse.
    static func takeBody(from queue: inout [OutboundPacket], limit: Int) -> ByteBuffer {
        var body = ByteBuffer()
        var taken = 0
        for packet in queue {
            let text = encode(packet)
            if taken > 0 {
                guard body.readableBytes + 1 + text.utf8.count <= limit else { break }
                body.writeInteger(separator)
            }
            body.writeString(text)
            taken += 1
        }
        queue.removeFirst(taken)
        return body
    }
}
