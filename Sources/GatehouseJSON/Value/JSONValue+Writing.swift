public import NIOCore

extension JSONValue: CustomStringConvertible {
    private enum Step {
        case value(JSONValue), text(StaticString), key(String)
    }

    /// Appends the compact JSON text. A double that is not finite, which no parsed value holds, is written as `null`.
    public func write(to buffer: inout ByteBuffer) { buffer.append { write(to: &$0) } }

    /// Appends the compact JSON text.
    package func write(to buffer: inout BufferWriter) {
        // A stack of its own, since the depth of a value may be a peer's choice.
        var steps: [Step] = [.value(self)]
        while let step = steps.popLast() {
            switch step {
            case .text(let text): buffer.writeStaticString(text)
            case .key(let key):
                buffer.writeJSONString(key)
                buffer.writeInteger(ASCII.colon)
            case .value(.null): buffer.writeStaticString("null")
            case .value(.bool(let value)): buffer.writeStaticString(value ? "true" : "false")
            case .value(.integer(let value)): buffer.writeJSONInteger(value)
            case .value(.number(let value)): if !buffer.writeJSONNumber(value) { buffer.writeStaticString("null") }
            case .value(.string(let value)): buffer.writeJSONString(value)
            case .value(.array(let items)):
                buffer.writeInteger(ASCII.openBracket)
                steps.append(.text("]"))
                for (index, item) in items.enumerated().reversed() {
                    steps.append(.value(item))
                    if index > 0 { steps.append(.text(",")) }
                }
            case .value(.object(let object)):
                buffer.writeInteger(ASCII.openBrace)
                steps.append(.text("}"))
                for (index, member) in object.members.enumerated().reversed() {
                    steps.append(.value(member.value))
                    steps.append(.key(member.key))
                    if index > 0 { steps.append(.text(",")) }
                }
            }
        }
    }

    /// The compact JSON text.
    public var serialized: String {
        var buffer = ByteBuffer()
        write(to: &buffer)
        return String(buffer: buffer)
    }

    /// The compact JSON text.
    public var description: String { serialized }
}
