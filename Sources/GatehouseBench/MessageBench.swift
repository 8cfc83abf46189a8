import EngineIO
import NIOCore

/// What taking a whole client message off the wire costs: unmasking, and checking that a text is UTF-8 (RFC 6455 sections 5.3 and 8.1).
struct MessageBench {
    /// What the message is made of.
    enum Content: String, CaseIterable {
        case binary
        case ascii
        /// English with a letter of two bytes in every sixteen.
        case accented
        /// Every letter has two bytes.
        case cyrillic
        /// Every letter has three.
        case japanese

        fileprivate var text: String {
            switch self {
            case .binary, .ascii: "The quick brown fox jumps over a lazy dog. "
            case .accented: "The quick café menu has a crème brûlée and "
            case .cyrillic: "съешьжеещёэтихмягких"
            case .japanese: "いろはにほへとちりぬるを"
            }
        }
    }

    /// Bytes of the message, of those that RFC 6455 writes in two bytes.
    let size: UInt16
    let content: Content

    /// Prints gigabytes of payload a second, the best of several rounds.
    func run() throws {
        let size = Int(size)
        var payload: [UInt8] = []
        while payload.count + content.text.utf8.count <= size { payload += Array(content.text.utf8) }
        payload += [UInt8](repeating: UInt8(ascii: "x"), count: size - payload.count)
        let key: [UInt8] = [0x37, 0xA1, 0xC4, 0x5E]
        var frame = ByteBuffer()
        frame.writeInteger(UInt8(content == .binary ? 0x82 : 0x81))
        frame.writeInteger(UInt8(0x80 | 126))
        frame.writeInteger(UInt16(clamping: size))
        frame.writeBytes(key)
        frame.writeBytes(payload.enumerated().map { $1 ^ key[$0 & 3] })
        var decoder = WebSocketDecoder(limits: WebSocketLimits(message: size))
        var scratch = ByteBuffer()
        let nanoseconds = try BestRound(operations: 64 * 1_048_576 / size).nanoseconds {
            var input = frame
            switch try decoder.next(&input, scratch: &scratch) {
            case .text(let message)?, .binary(let message)?:
                guard message.readableBytes == size else { throw BenchError(message: "a message was cut") }
            default: throw BenchError(message: "the frame was no message")
            }
        }
        let rate = (Double(size) / nanoseconds * 100).rounded() / 100
        print("{\"benchmark\":\"WebSocket message of \(size) bytes, \(content.rawValue): unmask and check\",\"gb_per_s\":\(rate)}")
    }
}
