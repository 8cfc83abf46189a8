import GatehouseJSON
import NIOCore

/// The event's name at the front of a payload of which the rest is refused: the answer says which event it was (ERR-01).
enum LeadingName {
    /// - Returns: `nil` where the payload does not begin with a name that an event may have.
    static func of(_ payload: ByteBuffer) -> String? {
        var rest = payload
        skipSpace(&rest)
        guard rest.readInteger(as: UInt8.self) == UInt8(ascii: "[") else { return nil }
        skipSpace(&rest)
        guard let end = end(of: rest.readableBytesView), let literal = rest.readSlice(length: end) else { return nil }
        let name: String
        switch try? JSONValue(parsing: literal) {
        case .string(let text)?: name = text
        case .integer?, .number?: name = String(buffer: literal)
        default: return nil
        }
        return name.utf8.count <= PacketDecoder.eventNameBytes ? name : nil
    }

    /// How long the literal at the front is. Literals that are longer than an escaped name can be are not searched.
    private static func end(of bytes: ByteBufferView) -> Int? {
        let literal = bytes.prefix(6 * PacketDecoder.eventNameBytes + 2)
        guard literal.first == UInt8(ascii: "\"") else {
            return literal.firstIndex { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "]") }.map { $0 - literal.startIndex }
        }
        var isEscaped = false
        for (index, byte) in literal.enumerated().dropFirst() {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                return index + 1
            }
        }
        return nil
    }

    private static func skipSpace(_ text: inout ByteBuffer) {
        while let byte = text.getInteger(at: text.readerIndex, as: UInt8.self), byte == 0x20 || (0x09...0x0D).contains(byte) {
            text.moveReaderIndex(forwardBy: 1)
        }
    }
}
