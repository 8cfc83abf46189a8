import EngineIO
import GatehouseJSON
import NIOCore
import Testing

@Suite("Polling payloads")
struct PayloadCodecTests {
    private func decode(_ bytes: [UInt8], limit: Int = 128) -> (packets: [PayloadCodec.Packet], isFaulty: Bool) {
        var packets: [PayloadCodec.Packet] = []
        do throws(PayloadCodec.Fault) {
            var codec = try PayloadCodec(ByteBuffer(bytes: bytes), limit: limit)
            while let packet = try codec.next() { packets.append(packet) }
        } catch {
            return (packets, true)
        }
        return (packets, false)
    }

    @Test("EIO-06: packets are cut at 0x1E and nowhere else")
    func separators() {
        let result = decode(Array("4a\u{1E}4\u{1E}bAQID\u{1E}3\u{1E}6\u{1E}4line\nline\u{1E}1".utf8))
        #expect(
            result.packets == [
                .message(ByteBuffer(string: "a")), .message(ByteBuffer()), .binary(ByteBuffer(bytes: [1, 2, 3])), .pong, .ignored,
                .message(ByteBuffer(string: "line\nline")), .close,
            ])
        #expect(!result.isFaulty)
    }

    @Test(
        "EIO-09, EIO-05: whatever a client may not send is a fault",
        arguments: [
            "", "abc", "0", "2", "2probe", "5", "7", "3probe", "1x", "bAQ", "bAQ=A", "b*", "4a\u{1E}", "\u{1E}4a", "4a\u{1E}\u{1E}4b",
        ])
    func faults(text: String) {
        #expect(decode(Array(text.utf8)).isFaulty)
    }

    @Test("EIO-05: bytes that are not UTF-8 are a fault before any packet is taken")
    func notText() {
        let result = decode([0x34, 0x61, 0x1E, 0x34, 0xFF])
        #expect(result.isFaulty && result.packets.isEmpty)
    }

    @Test(
        "SEC-21, AC-19: packets of a payload at the limit and beyond", arguments: [(127, false), (128, false), (129, true), (65_536, true)])
    func limit(count: Int, isFaulty: Bool) {
        let result = decode(Array([String](repeating: "4", count: count).joined(separator: "\u{1E}").utf8))
        #expect(result.isFaulty == isFaulty)
        #expect(result.packets.count == (isFaulty ? 0 : count))
    }
}

@Suite("Polling queue")
struct PollQueueTests {
    @Test("EIO-03, REG-08: everything queued comes out in order, separated")
    func order() {
        var queue = PollQueue()
        #expect(queue.appendText { $0.writeString("4a") })
        queue.appendBinary(ByteBuffer(bytes: [1, 2, 3, 4]))
        #expect(queue.appendText { $0.writeString("2") })
        #expect(String(buffer: queue.payload(limit: 1_000)) == "4a\u{1E}bAQIDBA==\u{1E}2")
        #expect(queue.isEmpty && queue.queuedBytes == 0)
    }

    @Test("REG-13: the limit bounds the encoded payload, but one packet always leaves")
    func limit() {
        var queue = PollQueue()
        for _ in 0..<3 { queue.appendBinary(ByteBuffer(repeating: 7, count: 30)) }
        #expect(queue.payload(limit: 82).readableBytes == 41)
        #expect(queue.payload(limit: 83).readableBytes == 83)
        queue.appendBinary(ByteBuffer(repeating: 7, count: 300))
        #expect(queue.payload(limit: 10).readableBytes == 401)
        #expect(queue.isEmpty)
    }

    @Test("AC-26, EIO-06: a packet with the separator inside is not queued")
    func separator() {
        var queue = PollQueue()
        #expect(!queue.appendText { $0.writeString("4a\u{1E}4b") })
        #expect(queue.isEmpty && queue.queuedBytes == 0)
        #expect(queue.appendText { $0.writeString("4c") })
        #expect(String(buffer: queue.payload(limit: 100)) == "4c")
    }

    @Test("EIO-15: draining gives the raw packets in order")
    func drain() {
        var queue = PollQueue()
        #expect(queue.appendText { $0.writeString("4a") })
        queue.appendBinary(ByteBuffer(bytes: [9]))
        var seen: [String] = []
        queue.drain { packet, isBinary in seen.append("\(isBinary):\(packet.readableBytes)") }
        #expect(seen == ["false:2", "true:1"] && queue.isEmpty)
    }
}
