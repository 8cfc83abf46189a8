/// A field's name in the form in which keys are compared: length, first eight bytes, rest.
struct FieldName: Sendable {
    let text: String
    private let bytes: [UInt8]
    private let head: UInt64
    private let mask: UInt64

    init(_ text: String) {
        self.text = text
        bytes = Array(text.utf8)
        var head: UInt64 = 0
        for (index, byte) in bytes.prefix(8).enumerated() { head |= UInt64(byte) &<< UInt64(index &* 8) }
        self.head = head
        mask = bytes.count >= 8 ? .max : (1 &<< UInt64(bytes.count &* 8)) &- 1
    }

    @inline(__always) func matches(_ key: JSONNode, _ text: RawSpan) -> Bool {
        if key.hasEscapes { return text.unescaped(key.range) == bytes }
        let range = key.range
        guard range.count == bytes.count else { return false }
        guard range.lowerBound &+ 8 <= text.byteCount else { return isSame(text, range.lowerBound, from: 0) }
        guard text.word(range.lowerBound) & mask == head else { return false }
        return bytes.count <= 8 || isSame(text, range.lowerBound, from: 8)
    }

    private func isSame(_ text: RawSpan, _ start: Int, from first: Int) -> Bool {
        var i = first
        while i < bytes.count {
            guard text.byte(start &+ i) == bytes[i] else { return false }
            i &+= 1
        }
        return true
    }
}
