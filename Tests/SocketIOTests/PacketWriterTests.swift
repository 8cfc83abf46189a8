import NIOCore
import SocketIO
import Testing

@Suite("Writing packets")
struct PacketWriterTests {
    @Test(
        "SIO-08: a packet with attachments is of the binary type; count, namespace and ack id stand in this order",
        arguments: [
            (0, "", nil, "2[\"e\"", "37["),
            (0, "/chat,", 12, "2/chat,12[\"e\"", "3/chat,7["),
            (1, "", nil, "51-[\"e\"", "61-7["),
            (12, "/chat,", 345, "512-/chat,345[\"e\"", "612-/chat,7["),
        ] as [(Int, String, UInt64?, String, String)])
    func opens(_ attachments: Int, _ prefix: String, _ ackID: UInt64?, _ event: String, _ ack: String) {
        var buffer = ByteBuffer()
        PacketWriter.openEvent("e", prefix: Array(prefix.utf8), ackID: ackID, attachments: attachments, in: &buffer)
        #expect(String(buffer: buffer) == event)
        buffer.clear()
        PacketWriter.openAck(7, prefix: Array(prefix.utf8), attachments: attachments, in: &buffer)
        #expect(String(buffer: buffer) == ack)
    }
}
