import EngineIO
import GatehouseJSON
import NIOCore

/// FZ-01: the payload of a POST. What is read can be written as the very bytes that came, since every packet has one spelling.
package struct PayloadHarness: FuzzHarness {
    package static let name = "payload"

    private static let limit = 16

    package init() {}

    package mutating func run(_ input: [UInt8]) throws {
        let isText = String(validating: input, as: UTF8.self) != nil
        try checkValidator(input, isText)
        var packets: [PayloadCodec.Packet] = []
        do throws(PayloadCodec.Fault) {
            var codec = try PayloadCodec(ByteBuffer(bytes: input), limit: Self.limit)
            while let packet = try codec.next() { packets.append(packet) }
        } catch {
            return
        }
        try require(isText, "a payload that is not UTF-8 was taken")
        try require(packets.count <= Self.limit, "more packets than the limit")
        try require(packets.count == input.count { $0 == 0x1E } + 1, "packets are not what stands between separators")
        guard !packets.contains(.ignored) else { return }
        try require(Self.written(packets) == input, "written again, the payload has other bytes")
    }

    private func checkValidator(_ input: [UInt8], _ isText: Bool) throws {
        for pieces in Splits.of(input) {
            var validator = UTF8Validator()
            let valid = pieces.allSatisfy { piece in unsafe piece.withUnsafeReadableBytes { unsafe validator.consume($0) } }
            try require((valid && validator.isComplete) == isText, "the standard library judges this UTF-8 otherwise")
        }
    }

    private static func written(_ packets: [PayloadCodec.Packet]) -> [UInt8] {
        var text = ByteBuffer()
        for (index, packet) in packets.enumerated() {
            if index > 0 { text.writeInteger(UInt8(0x1E)) }
            switch packet {
            case .message(let bytes):
                text.writeString("4")
                text.writeImmutableBuffer(bytes)
            case .binary(let bytes):
                text.writeString("b")
                Base64.padded.append(bytes, to: &text)
            case .pong: text.writeString("3")
            case .close: text.writeString("1")
            case .ignored: break
            }
        }
        return Array(text.readableBytesView)
    }
}
