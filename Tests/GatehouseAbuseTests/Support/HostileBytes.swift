import GatehouseTestSupport

/// Bytes that a client might send to do harm, from pure noise to what is nearly right; the same for the same seed.
struct HostileBytes {
    private var random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    mutating func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    /// For any state.
    mutating func any() -> [UInt8] {
        switch pick(0...5) {
        case 0: noise(pick(1...20_000))
        case 1: request()
        case 2: frame()
        default: (0..<pick(1...30)).flatMap { _ in frame() }
        }
    }

    /// For a connection that speaks HTTP: a head without an end, or something like a request.
    mutating func request() -> [UInt8] {
        var text = "\(choose(["GET", "POST", "HEAD", "OPTIONS", "X"])) \(choose(["/socket.io/", "/", "*"]))"
        text += "?EIO=\(pick(3...4))&transport=\(choose(["polling", "websocket", "x"])) HTTP/1.1\r\nHost: a\r\n"
        for number in 0..<pick(0...80) {
            text += "X-\(number): \(String(repeating: "x", count: pick(0...choose([10, 500, 8_200]))))\r\n"
        }
        if pick(0...2) == 0 { text += choose(["Content-Length: 5", "Transfer-Encoding: chunked", AbusePlayer.upgradeFields]) + "\r\n" }
        var bytes = Array(text.utf8)
        if pick(0...1) == 0 { bytes += Array("\r\n".utf8) + noise(pick(0...40_000)) }
        return mutated(bytes)
    }

    private mutating func frame() -> [UInt8] {
        var frame = ClientFrame()
        frame.opcode = choose([0, 0, 1, 1, 2, 9, 9, 10, 8, 3])
        frame.isFinal = pick(0...3) > 0
        frame.isMasked = pick(0...50) > 0
        frame.reserved = pick(0...50) == 0 ? 4 : 0
        let text = choose(["", "3", "40", "40{", "2probe", "5", "42[\"echo\",{}]", "451-[", "1", "6", "4"])
        frame.payload = pick(0...2) == 0 ? noise(pick(0...choose([125, 2_000, 17_000]))) : Array(text.utf8)
        if pick(0...20) == 0 { frame.announced = UInt64.random(in: 0...UInt64.max, using: &random) >> UInt64(pick(0...63)) }
        return pick(0...10) == 0 ? mutated(frame.bytes) : frame.bytes
    }

    private mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<pick(0...2) where !bytes.isEmpty { bytes[pick(0...bytes.count - 1)] = UInt8.random(in: 0...255, using: &random) }
        return bytes
    }

    private mutating func noise(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) } }

    private mutating func choose<Element>(_ list: [Element]) -> Element { list[pick(0...list.count - 1)] }
}
