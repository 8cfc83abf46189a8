import EngineIO
import GatehouseJSON
import NIOCore
import Testing

@Suite("What the queue of a polling session holds")
struct PollQueueMemoryTests {
    @Test("SEC-24: a queue that is never empty holds what is in it, not all that went through it")
    func memory() {
        var queue = PollQueue()
        let packet = ByteBuffer(repeating: 0x78, count: 40_960)
        for _ in 0..<2 { _ = queue.appendText { $0.writeImmutableBuffer(packet) } }
        for _ in 0..<1_000 {
            _ = queue.appendText { $0.writeImmutableBuffer(packet) }
            #expect(queue.payload(limit: 65_536) == packet)
        }
        #expect(queue.queuedBytes >= 81_920 && queue.heldBytes < 1_048_576)
    }

    @Test("EIO-03: what is reclaimed is what was taken: packets keep their bytes and their order")
    func order() {
        var queue = PollQueue()
        var (next, expected) = (0, 0)
        for round in 0..<500 {
            for _ in 0..<(round % 7) {
                let number = next
                if number % 3 == 0 {
                    queue.appendBinary(ByteBuffer(integer: UInt8(truncatingIfNeeded: number)))
                } else {
                    _ = queue.appendText { $0.writeString("4\(number)") }
                }
                next += 1
            }
            for packet in String(buffer: queue.payload(limit: 12)).split(separator: "\u{1E}") {
                var binary = ByteBuffer(string: "b")
                Base64.padded.append(ByteBuffer(integer: UInt8(truncatingIfNeeded: expected)), to: &binary)
                #expect(packet == (expected % 3 == 0 ? String(buffer: binary) : "4\(expected)"))
                expected += 1
            }
        }
        queue.drain { _, _ in expected += 1 }
        #expect(queue.isEmpty && expected == next)
    }
}
