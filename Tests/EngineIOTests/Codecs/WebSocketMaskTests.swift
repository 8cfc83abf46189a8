import Testing

@testable import EngineIO

@Suite("Unmasking")
struct WebSocketMaskTests {
    @Test("WS-02: every length, at any phase of the key, equals the byte-wise definition")
    func lengths() {
        for count in 0..<140 {
            for phase in 0..<4 {
                let clear = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
                let masked = clear.enumerated().map { $1 ^ Frames.key[($0 + phase) % 4] }
                var target = [UInt8](repeating: 0, count: count)
                var key: UInt32 = 0
                unsafe withUnsafeMutableBytes(of: &key) { unsafe $0.copyBytes(from: Frames.key) }
                key = WebSocketMask.advance(key, by: phase)
                let isASCII = unsafe masked.withUnsafeBytes { source in
                    unsafe target.withUnsafeMutableBytes { unsafe WebSocketMask.unmask(source, into: $0, key: key) }
                }
                #expect(target == clear)
                #expect(isASCII == clear.allSatisfy { $0 < 0x80 })
            }
        }
    }
}
