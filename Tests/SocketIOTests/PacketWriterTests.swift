import GatehouseJSON
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
        buffer.append {
            PacketWriter.openEvent("e", prefix: Array(prefix.utf8), ackID: ackID, attachments: attachments, in: &$0)
        }
        #expect(String(buffer: buffer) == event)
        buffer.clear()
        buffer.append { PacketWriter.openAck(7, prefix: Array(prefix.utf8), attachments: attachments, in: &$0) }
        #expect(String(buffer: buffer) == ack)
    }

    @Test(
        "SIO-08: an ack whose value holds attachments becomes one of the binary type",
        arguments: [("", "62-7[["), ("/chat,", "62-/chat,7[[")])
    func ack(_ prefix: String, _ opening: String) throws {
        var buffer = ByteBuffer(string: "before")
        let value = [BinaryAttachment([1]), BinaryAttachment([2, 3])]
        let attachments = try ack(Array(prefix.utf8), value, in: &buffer)
        #expect(
            String(buffer: buffer) == "before" + opening + #"{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]]"#)
        #expect(attachments == [ByteBuffer(bytes: [1]), ByteBuffer(bytes: [2, 3])])
        buffer.clear()
        #expect(try ack(Array(prefix.utf8), [1], in: &buffer) == [])
        #expect(String(buffer: buffer) == "3\(prefix)7[[1]]")
    }

    @Test("SIO-08: a placeholder that no attachment wrote goes out as an object, but never beside attachments")
    func forged() throws {
        let forged: JSONValue = ["_placeholder": true, "num": 9]
        var buffer = ByteBuffer(string: "before")
        #expect { try ack([], Pair(forged), in: &buffer) } throws: { ($0 as? JSONError)?.code == .attachment }
        #expect(String(buffer: buffer) == "before")
        #expect { try PacketWriter.message("e", prefix: [], ackID: nil, forged, BinaryAttachment([1])) } throws: {
            ($0 as? JSONError)?.code == .attachment
        }
        #expect(try ack([], forged, in: &buffer) == [])
        #expect(String(buffer: buffer) == #"before37[{"_placeholder":true,"num":9}]"#)
    }

    private func ack(_ prefix: [UInt8], _ value: any JSONEncodable, in buffer: inout ByteBuffer) throws -> [ByteBuffer] {
        var writer = BufferWriter(&buffer)
        let result = Result { try PacketWriter.ack(7, prefix: prefix, value, in: &writer) }
        writer.close(&buffer)
        return try result.get()
    }

    private struct Pair: JSONEncodable {
        let value: JSONValue
        init(_ value: JSONValue) { self.value = value }
        func encode(to writer: inout JSONWriter) {
            writer.object {
                $0.member("file", BinaryAttachment([1]))
                $0.member("value", value)
            }
        }
    }
}
