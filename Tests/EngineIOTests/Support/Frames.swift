import NIOCore

/// Client frames for tests, masked with a fixed key; every rule can be broken on purpose.
enum Frames {
    static let key: [UInt8] = [0x37, 0xA1, 0xC4, 0x5E]

    static func client(
        _ opcode: UInt8,
        _ payload: some Collection<UInt8>,
        isFinal: Bool = true,
        reserved: UInt8 = 0,
        masked: Bool = true,
        key: [UInt8] = Frames.key
    ) -> [UInt8] {
        let count = payload.count
        var bytes: [UInt8] = [(isFinal ? 0x80 : 0) | reserved | opcode]
        let mask: UInt8 = masked ? 0x80 : 0
        if count <= 125 {
            bytes.append(mask | UInt8(count))
        } else if count <= 0xFFFF {
            bytes += [mask | 126, UInt8(count >> 8), UInt8(count & 0xFF)]
        } else {
            bytes.append(mask | 127)
            bytes += (0..<8).map { UInt8(truncatingIfNeeded: count >> (56 - $0 * 8)) }
        }
        guard masked else { return bytes + payload }
        return bytes + key + payload.enumerated().map { $1 ^ key[$0 % 4] }
    }

    static func text(_ text: String, isFinal: Bool = true) -> [UInt8] { client(1, Array(text.utf8), isFinal: isFinal) }
    static func binary(_ bytes: [UInt8]) -> [UInt8] { client(2, bytes) }
    static func close(_ code: UInt16) -> [UInt8] { client(8, [UInt8(code >> 8), UInt8(code & 0xFF)]) }

    /// A header that announces `length` bytes in the 64-bit form, whatever the form should be.
    static func header64(_ opcode: UInt8, length: UInt64) -> [UInt8] {
        [0x80 | opcode, 0xFF] + (0..<8).map { UInt8(truncatingIfNeeded: length >> (56 - UInt64($0) * 8)) } + key
    }
}

/// A server frame as a client reads it.
struct ServerFrame: Equatable, CustomStringConvertible {
    var opcode: UInt8
    var payload: [UInt8]

    var text: String { String(decoding: payload, as: UTF8.self) }
    var closeCode: Int? { opcode == 8 && payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : nil }
    var description: String { "\(opcode):\(opcode == 8 ? "\(closeCode ?? 0)" : text)" }

    /// Takes one frame off the front; nil when it is not whole yet.
    static func read(_ buffer: inout ByteBuffer) -> ServerFrame? {
        var copy = buffer
        guard let first: UInt8 = copy.readInteger(), let second: UInt8 = copy.readInteger() else { return nil }
        var length = Int(second & 0x7F)
        if length == 126 {
            guard let long: UInt16 = copy.readInteger() else { return nil }
            length = Int(long)
        } else if length == 127 {
            guard let long: UInt64 = copy.readInteger() else { return nil }
            length = Int(clamping: long)
        }
        guard let payload = copy.readBytes(length: length) else { return nil }
        buffer = copy
        return ServerFrame(opcode: first & 0x0F, payload: payload)
    }
}
