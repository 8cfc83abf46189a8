/// A parsed pattern.
indirect enum PatternNode: Sendable {
    case bytes(ByteSet)
    case sequence([PatternNode])
    case alternatives([PatternNode])
    /// No upper bound is nil.
    case repetition(PatternNode, min: Int, max: Int?)

    /// Any scalar outside of ASCII; the text is known to be UTF-8, so that lead bytes tell the lengths.
    static var nonASCII: PatternNode {
        let tail = PatternNode.bytes(ByteSet(0x80...0xBF))
        return .alternatives([
            .sequence([.bytes(ByteSet(0xC2...0xDF)), tail]), .sequence([.bytes(ByteSet(0xE0...0xEF)), tail, tail]),
            .sequence([.bytes(ByteSet(0xF0...0xF4)), tail, tail, tail]),
        ])
    }
}
