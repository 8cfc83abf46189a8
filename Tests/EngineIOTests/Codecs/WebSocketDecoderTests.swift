import GatehouseTestSupport
import NIOCore
import Testing

@testable import EngineIO

@Suite("WebSocket decoder")
struct WebSocketDecoderTests {
    /// Feeds `parts` one after another and collects everything, ending at the first fault.
    static func run(_ parts: [[UInt8]], limits: WebSocketLimits = WebSocketLimits()) -> (
        events: [WebSocketEvent], fault: WebSocketFault?, isIdle: Bool
    ) {
        var decoder = WebSocketDecoder(limits: limits)
        var scratch = ByteBuffer()
        var events: [WebSocketEvent] = []
        for part in parts {
            var input = ByteBuffer(bytes: part)
            do throws(WebSocketFault) {
                while let event = try decoder.next(&input, scratch: &scratch) { events.append(event) }
            } catch {
                return (events, error, false)
            }
        }
        return (events, nil, decoder.isIdle)
    }

    /// The same stream whole, cut in two at every byte, and byte by byte, must give the same.
    static func expectSame(
        _ bytes: [UInt8], limits: WebSocketLimits = WebSocketLimits(), _ events: [WebSocketEvent], _ fault: WebSocketFault?
    ) {
        let cuts = bytes.count <= 400 ? Array(0...bytes.count) : [0, 1, 2, 3, 5, 9, 13, 14, 15, bytes.count / 2, bytes.count - 1]
        for cut in cuts {
            let result = run([Array(bytes.prefix(cut)), Array(bytes.dropFirst(cut))], limits: limits)
            #expect(result.events == events && result.fault == fault, "cut at \(cut)")
        }
        if bytes.count <= 4_000 {
            let result = run(bytes.map { [$0] }, limits: limits)
            #expect(result.events == events && result.fault == fault, "byte by byte")
        }
    }

    @Test(
        "WS-02: messages of every size class, whole and cut anywhere",
        arguments: [0, 1, 7, 8, 9, 31, 32, 33, 125, 126, 127, 1_000, 65_535, 65_536])
    func sizes(size: Int) {
        let payload = (0..<size).map { UInt8(truncatingIfNeeded: $0 % 95 + 32) }
        let limits = WebSocketLimits(message: 65_536)
        Self.expectSame(Frames.client(1, payload), limits: limits, [.text(ByteBuffer(bytes: payload))], nil)
        Self.expectSame(Frames.client(2, payload), limits: limits, [.binary(ByteBuffer(bytes: payload))], nil)
    }

    @Test("WS-02: fragments join, control frames may stand between them")
    func fragments() {
        let bytes =
            Frames.text("Hel", isFinal: false) + Frames.client(9, [1, 2, 3])
            + Frames.client(0, Array("lo €".utf8).dropLast(1), isFinal: false)
            + Frames.client(10, []) + Frames.client(0, [0xAC]) + Frames.binary([9])
        Self.expectSame(
            bytes,
            [.ping(ByteBuffer(bytes: [1, 2, 3])), .pong, .text(ByteBuffer(string: "Hello €")), .binary(ByteBuffer(bytes: [9]))],
            nil
        )
    }

    @Test("WS-02: close frames", arguments: [1000, 1001, 1003, 1007, 1011, 1014, 3000, 4999] as [UInt16])
    func close(code: UInt16) {
        Self.expectSame(Frames.close(code), [.close(WebSocketCloseCode(rawValue: code))], nil)
    }

    @Test("WS-02: an empty close frame has no code")
    func emptyClose() {
        Self.expectSame(Frames.client(8, []), [.close(nil)], nil)
    }

    static let faults: [(String, [UInt8], UInt16)] = [
        ("unmasked", Frames.client(1, [65], masked: false), 1002),
        ("RSV1, as a compressed frame has (AC-07, AC-21)", Frames.client(1, [65], reserved: 0x40), 1002),
        ("RSV2", Frames.client(1, [65], reserved: 0x20), 1002),
        ("RSV3", Frames.client(1, [65], reserved: 0x10), 1002),
        ("opcode 3", Frames.client(3, [65]), 1002),
        ("opcode 7", Frames.client(7, []), 1002),
        ("opcode 11", Frames.client(11, []), 1002),
        ("opcode 15", Frames.client(15, []), 1002),
        ("fragmented ping", Frames.client(9, [65], isFinal: false), 1002),
        ("ping of 126 bytes", Frames.client(9, [UInt8](repeating: 0, count: 126)), 1002),
        ("close of 126 bytes", Frames.client(8, [3, 232] + [UInt8](repeating: 65, count: 124)), 1002),
        ("continuation without a message", Frames.client(0, [65]), 1002),
        ("text inside a fragmented message", Frames.text("a", isFinal: false) + Frames.text("b"), 1002),
        ("close of one byte", Frames.client(8, [3]), 1002),
        ("close code 999", Frames.close(999), 1002),
        ("close code 1004", Frames.close(1004), 1002),
        ("close code 1005", Frames.close(1005), 1002),
        ("close code 1006", Frames.close(1006), 1002),
        ("close code 1015", Frames.close(1015), 1002),
        ("close code 2999", Frames.close(2999), 1002),
        ("close code 5000", Frames.close(5000), 1002),
        ("close reason that is not UTF-8", Frames.client(8, [3, 232, 0xFF]), 1007),
        ("text that is not UTF-8", Frames.client(1, [0x41, 0xFF]), 1007),
        ("text that ends inside a character", Frames.client(1, [0xE2, 0x82]), 1007),
        ("bad UTF-8 in the first of two fragments", Frames.client(1, [0xC0], isFinal: false), 1007),
        ("length 2^63 (AC-06)", Frames.header64(2, length: 1 << 63), 1002),
        ("length 2^63 - 1 (AC-06)", Frames.header64(2, length: 1 << 63 - 1), 1009),
        ("length 2^31 (AC-06)", Frames.header64(2, length: 1 << 31), 1009),
        ("length limit + 1 (AC-06)", Frames.header64(2, length: 65_537), 1009),
        ("64-bit length for a short payload", Frames.header64(2, length: 5), 1002),
        ("16-bit length for a short payload", [0x82, 0xFE, 0, 5] + Frames.key, 1002),
    ]

    @Test("WS-02: a broken rule ends the stream with its code, cut anywhere", arguments: faults.indices)
    func fault(index: Int) {
        let (name, bytes, code) = Self.faults[index]
        for prefix in [[], Frames.text("before")] {
            let events: [WebSocketEvent] = prefix.isEmpty ? [] : [.text(ByteBuffer(string: "before"))]
            let all = prefix + bytes
            for cut in 0...all.count {
                let result = Self.run([Array(all.prefix(cut)), Array(all.dropFirst(cut))])
                #expect(result.fault?.code.rawValue == code, "\(name), cut at \(cut)")
                #expect(result.events == events, "\(name), cut at \(cut)")
            }
        }
    }

    @Test("AC-06: an announced length is refused before anything is held for it")
    func nothingAllocated() {
        var decoder = WebSocketDecoder(limits: WebSocketLimits())
        var scratch = ByteBuffer()
        var input = ByteBuffer(bytes: Frames.header64(2, length: 1 << 40))
        #expect(throws: WebSocketFault.tooBig) { try decoder.next(&input, scratch: &scratch) }
        #expect(decoder.heldBytes == 0 && scratch.capacity == 0)
    }

    @Test("SEC-21: a message of the limit passes, one byte more does not, whole or in fragments")
    func messageLimit() {
        let limits = WebSocketLimits(message: 300)
        let body = [UInt8](repeating: 0x61, count: 301)
        #expect(Self.run([Frames.client(1, body.prefix(299))], limits: limits).fault == nil)
        #expect(Self.run([Frames.client(1, body.prefix(300))], limits: limits).fault == nil)
        #expect(Self.run([Frames.client(1, body)], limits: limits).fault == .tooBig)
        let first = Frames.client(1, body.prefix(200), isFinal: false)
        #expect(Self.run([first + Frames.client(0, body.prefix(100))], limits: limits).fault == nil)
        #expect(Self.run([first + Frames.client(0, body.prefix(101))], limits: limits).fault == .tooBig)
    }

    @Test("AC-15: continuations without end stop at the fragment limit, small late ones earlier")
    func fragmentLimits() {
        let big = [UInt8](repeating: 0x61, count: 64)
        func stream(_ fragments: Int, _ payload: [UInt8]) -> [[UInt8]] {
            [Frames.client(2, payload, isFinal: false)] + (1..<fragments).map { Frames.client(0, payload, isFinal: $0 == fragments - 1) }
        }
        let limits = WebSocketLimits(message: 1 << 20, fragments: 64)
        #expect(Self.run(stream(63, big), limits: limits).fault == nil)
        #expect(Self.run(stream(64, big), limits: limits).fault == nil)
        #expect(Self.run(stream(65, big), limits: limits).fault == .tooManyFragments)
        #expect(Self.run(stream(9, [1]), limits: limits).fault == nil)
        #expect(Self.run(stream(10, [1]), limits: limits).fault == .tinyFragment)
    }

    @Test("AC-25: twenty thousand frames in one read come out one after another")
    func manyFrames() {
        let bytes = [[UInt8]](repeating: Frames.client(2, []), count: 20_000).flatMap { $0 }
        let result = Self.run([bytes])
        #expect(result.events.count == 20_000 && result.fault == nil && result.isIdle)
    }

    @Test("REG-11: nothing is held once a cut message is complete")
    func releases() throws {
        let bytes = Frames.binary([UInt8](repeating: 7, count: 5_000))
        var decoder = WebSocketDecoder(limits: WebSocketLimits())
        var scratch = ByteBuffer()
        var first = ByteBuffer(bytes: bytes.prefix(3_000))
        var second = ByteBuffer(bytes: bytes.dropFirst(3_000))
        #expect(try decoder.next(&first, scratch: &scratch) == nil)
        #expect(decoder.heldBytes >= 2_900 && decoder.heldBytes <= 16_384)
        #expect(try decoder.next(&second, scratch: &scratch) != nil)
        #expect(decoder.heldBytes == 0 && decoder.isIdle)
    }

    @Test("REG-10: random bytes never trap, however they are cut", arguments: 0..<40)
    func randomBytes(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<200 {
            var bytes = (0..<Int.random(in: 0...64, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            if let first = bytes.first, Bool.random(using: &random) { bytes[0] = [0x81, 0x82, 0x01, 0x80, 0x89, 0x88][Int(first) % 6] }
            let cut = Int.random(in: 0...bytes.count, using: &random)
            let whole = Self.run([bytes])
            let halves = Self.run([Array(bytes.prefix(cut)), Array(bytes.dropFirst(cut))])
            #expect(whole.events == halves.events && whole.fault == halves.fault, "seed \(seed): \(bytes) cut at \(cut)")
        }
    }

    @Test("WS-02: random streams of legal messages come back, whatever the cuts", arguments: 0..<20)
    func randomStreams(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var stream: [UInt8] = []
        var expected: [WebSocketEvent] = []
        for _ in 0..<30 {
            let isText = Bool.random(using: &random)
            let payload =
                isText
                ? Array(
                    String(
                        (0..<Int.random(in: 0...80, using: &random)).map { _ in ["a", "é", "€", "🎉"].randomElement(using: &random) ?? "a" }
                    ).utf8)
                : (0..<Int.random(in: 0...300, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            var rest = payload[...]
            var opcode: UInt8 = isText ? 1 : 2
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                let part = rest.prefix(Int.random(in: 0...(rest.count), using: &random))
                stream += Frames.client(opcode, part, isFinal: false)
                rest = rest.dropFirst(part.count)
                opcode = 0
                if Bool.random(using: &random) {
                    stream += Frames.client(9, [1])
                    expected.append(.ping(ByteBuffer(bytes: [1])))
                }
            }
            stream += Frames.client(opcode, rest)
            expected.append(isText ? .text(ByteBuffer(bytes: payload)) : .binary(ByteBuffer(bytes: payload)))
        }
        var parts: [[UInt8]] = []
        var rest = stream[...]
        while !rest.isEmpty {
            let part = rest.prefix(Int.random(in: 1...200, using: &random))
            parts.append(Array(part))
            rest = rest.dropFirst(part.count)
        }
        let result = Self.run(parts)
        #expect(result.events == expected && result.fault == nil && result.isIdle)
    }
}
