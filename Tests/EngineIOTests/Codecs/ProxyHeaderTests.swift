import GatehouseTestSupport
import NIOCore
import Testing

@testable import EngineIO

@Suite("The header of the PROXY protocol")
struct ProxyHeaderTests {
    static let signature: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]

    static func binary(_ command: UInt8, _ family: UInt8, _ rest: [UInt8]) -> [UInt8] {
        signature + [command, family, UInt8(rest.count >> 8), UInt8(rest.count & 0xFF)] + rest
    }

    private static let v4: [UInt8] = [203, 0, 113, 9, 10, 0, 0, 1, 0xC7, 0x40, 0x20, 0xFB]
    private static let v6: [UInt8] =
        [0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [7] + [UInt8](repeating: 1, count: 16) + [0, 80, 1, 0]

    static let good: [(bytes: [UInt8], source: String?, port: Int?, isSecure: Bool)] = [
        (Array("PROXY TCP4 203.0.113.9 10.0.0.1 51008 8443\r\n".utf8), "203.0.113.9", 51_008, false),
        (Array("PROXY TCP6 2001:db8::7 ::1 1 65535\r\n".utf8), "2001:db8::7", 1, false), (Array("PROXY UNKNOWN\r\n".utf8), nil, nil, false),
        (Array("PROXY UNKNOWN 203.0.113.9 10.0.0.1 1 2\r\n".utf8), nil, nil, false), (binary(0x21, 0x11, v4), "203.0.113.9", 51_008, false),
        (binary(0x21, 0x21, v6), "2001:db8::7", 80, false), (binary(0x20, 0x00, []), nil, nil, false),
        (binary(0x20, 0x11, v4), nil, nil, false), (binary(0x21, 0x00, []), nil, nil, false),
        (binary(0x21, 0x31, [UInt8](repeating: 0x2F, count: 216)), nil, nil, false),
        (binary(0x21, 0x11, v4 + [0x04, 0, 2, 9, 9] + [0x20, 0, 5, 1, 0, 0, 0, 0]), "203.0.113.9", 51_008, true),
        (binary(0x21, 0x11, v4 + [0x20, 0, 5, 2, 0, 0, 0, 0]), "203.0.113.9", 51_008, false),
        (binary(0x21, 0x11, v4 + [UInt8(0x04), 0x07, 0xC1] + [UInt8](repeating: 0, count: 1_985)), "203.0.113.9", 51_008, false),
    ]

    @Test("both versions are read, cut anywhere, and what follows is left", arguments: good.indices)
    func isRead(index: Int) throws {
        let (bytes, source, port, isSecure) = Self.good[index]
        for cut in 0..<bytes.count {
            #expect(try ProxyHeader.read(bytes.prefix(cut)) == nil, "cut at \(cut)")
        }
        let header = try #require(try ProxyHeader.read(bytes + Array("GET / HTTP".utf8)))
        #expect(header.length == bytes.count && header.source?.ipAddress == source && header.source?.port == port)
        #expect(header.isSecure == isSecure)
    }

    static let bad: [[UInt8]] =
        [
            "GET / HTTP/1.1\r\n\r\n", "PROXY\r\n", "PROXY \r\n", "PROXY TCP4\r\n", "PROXY TCP4 1.2.3.4 5.6.7.8 1\r\n",
            "PROXY TCP4 1.2.3.4 5.6.7.8 1 2 3\r\n", "PROXY TCP4  1.2.3.4 5.6.7.8 1 2\r\n", "PROXY TCP4 1.2.3.4 5.6.7.8 1 65536\r\n",
            "PROXY TCP4 1.2.3.4 5.6.7.8 -1 2\r\n", "PROXY TCP4 1.2.3.4 5.6.7.8 +1 2\r\n", "PROXY TCP4 ::1 ::1 1 2\r\n",
            "PROXY TCP6 1.2.3.4 1.2.3.4 1 2\r\n", "PROXY TCP4 localhost 5.6.7.8 1 2\r\n", "PROXY UDP4 1.2.3.4 5.6.7.8 1 2\r\n",
            "proxy TCP4 1.2.3.4 5.6.7.8 1 2\r\n", "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\n", "PROXY TCP4 1.2.3.4\r5.6.7.8 1 2\r\n",
            "PROXY UNKNOWN " + String(repeating: "x", count: 200) + "\r\n", "PROXY TCP4 1.2.3.4\t5.6.7.8 1 2\r\n",
        ].map { Array($0.utf8) } + [
            [0x0D, 0x0A, 0x0D, 0x0A, 0x01], Array("\r\nPROXY UNKNOWN\r\n".utf8), binary(0x11, 0x11, v4), binary(0x22, 0x11, v4),
            binary(0x21, 0x41, v4), binary(0x21, 0x11, Array(v4.prefix(11))), binary(0x21, 0x21, v4), binary(0x21, 0x31, v4),
            binary(0x21, 0x11, v4 + [0x20]), binary(0x21, 0x11, v4 + [0x20, 0, 5, 1]), signature + [0x21, 0x11, 0xFF, 0xFF],
        ]

    @Test("anything else is refused as soon as it is seen", arguments: bad.indices)
    func isRefused(index: Int) {
        #expect(throws: ProxyHeader.Fault.self) { try ProxyHeader.read(Self.bad[index]) }
    }

    @Test("SEC-30: random bytes never trap, and what is read does not depend on what follows", arguments: 0..<8)
    func mutations(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for _ in 0..<4_000 {
            var bytes = Self.good.randomElement(using: &random)?.bytes ?? []
            for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            bytes = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random)))
            guard let header = try? ProxyHeader.read(bytes) else { continue }
            #expect(header.length <= bytes.count && header.length <= ProxyHeader.longest)
            #expect(try ProxyHeader.read(bytes.prefix(header.length)) == header)
        }
    }
}
