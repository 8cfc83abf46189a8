import EngineIO
import GatehouseTestSupport
import Testing

@Suite("UTF-8 validation as bytes stream")
struct UTF8ValidatorTests {
    private func isValid(_ bytes: [UInt8], cutAt cut: Int = 0) -> Bool {
        var validator = UTF8Validator()
        for part in [bytes.prefix(cut), bytes.dropFirst(cut)] {
            guard unsafe part.withUnsafeBytes({ unsafe validator.consume($0) }) else { return false }
        }
        return validator.isComplete
    }

    @Test(
        "WS-02: text that is UTF-8 is accepted, cut anywhere",
        arguments: [
            "", "a", "plain ASCII that is longer than thirty-two bytes, twice over so that the fast path runs", "é", "ß€", "日本語", "𝄞🎉",
            "\u{7FF}\u{800}\u{FFFF}\u{10000}\u{10FFFF}", "\u{D7FF}\u{E000}",
            String(repeating: "x", count: 31) + "€" + String(repeating: "y", count: 65),
        ])
    func valid(text: String) {
        let bytes = Array(text.utf8)
        for cut in 0...bytes.count { #expect(isValid(bytes, cutAt: cut)) }
    }

    @Test(
        "WS-02: overlong forms, surrogates, stray and missing continuations are refused, cut anywhere",
        arguments: [
            [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x41], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80],
            [0xED, 0xBF, 0xBF], [0xE2, 0x82], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80],
            [0xF5, 0x80, 0x80, 0x80],
            [0xFF], [0xFE], [0x61, 0xE2, 0x28, 0xA1],
        ] as [[UInt8]])
    func invalid(bytes: [UInt8]) {
        for cut in 0...bytes.count {
            #expect(!isValid(bytes, cutAt: cut))
            #expect(!isValid([UInt8](repeating: 0x20, count: 40) + bytes, cutAt: cut))
        }
    }

    @Test("WS-02: agrees with the standard library on long texts of every script with a byte changed, cut anywhere")
    func longTexts() {
        var random = SeededRandom(seed: 11)
        let alphabets: [[Unicode.Scalar]] = [
            ["a", " ", "z"], ["é", "я", "\u{80}", "\u{7FF}"], ["日", "€", "\u{800}", "\u{D7FF}", "\u{E000}", "\u{FFFF}"],
            ["🎉", "\u{10000}", "\u{10FFFF}"], ["a", "é", "日", "🎉"],
        ]
        for round in 0..<20_000 {
            var text = ""
            let (first, second) = (alphabets[round % 5], alphabets[Int.random(in: 0..<5, using: &random)])
            for _ in 0..<Int.random(in: 8...40, using: &random) {
                let alphabet = Int.random(in: 0..<8, using: &random) == 0 ? second : first
                if let scalar = alphabet.randomElement(using: &random) { text.unicodeScalars.append(scalar) }
            }
            var bytes = Array(text.utf8)
            if round & 1 == 1 {
                let at = Int.random(in: 0..<bytes.count, using: &random)
                bytes[at] =
                    Bool.random(using: &random)
                    ? bytes[at] ^ (1 << UInt8.random(in: 0...7, using: &random)) : .random(in: 0x80...0xFF, using: &random)
            }
            let cut = Int.random(in: 0...bytes.count, using: &random)
            #expect(isValid(bytes, cutAt: cut) == (String(validating: bytes, as: UTF8.self) != nil), "\(bytes)")
        }
    }

    @Test("WS-02: agrees with the standard library on every pair and every triple of lead and continuation among whole text")
    func shapes() {
        let filler = Array("яяяяяяяя日日日日日日".utf8)
        var inputs: [[UInt8]] = []
        for lead in UInt8(0x7F)...0xFF {
            for second in stride(from: UInt8(0x70), through: 0xF0, by: 8) {
                inputs.append([lead, second])
                for third in [0x7F, 0x80, 0xBF, 0xC0] as [UInt8] { inputs += [[lead, second, third], [lead, second, third, 0x80]] }
            }
        }
        for input in inputs {
            for bytes in [filler + input + filler, input + filler] {
                #expect(isValid(bytes) == (String(validating: bytes, as: UTF8.self) != nil), "\(input)")
            }
        }
    }

    @Test("WS-02: agrees with the standard library on random bytes")
    func differential() {
        var random = SeededRandom(seed: 7)
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...8, using: &random)).map { _ in
                Bool.random(using: &random) ? UInt8.random(in: 0x80...0xFF, using: &random) : UInt8.random(in: 0...0x7F, using: &random)
            }
            #expect(isValid(bytes) == (String(validating: bytes, as: UTF8.self) != nil), "\(bytes)")
        }
    }
}
