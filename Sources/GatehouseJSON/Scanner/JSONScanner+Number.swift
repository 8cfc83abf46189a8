extension JSONScanner {
    /// Reads a number from its first character on.
    @inline(__always) mutating func number(_ bytes: RawSpan) throws(JSONError) -> JSONNode {
        let start = position
        let limit = limits.numberCharacters < bytes.byteCount ? start &+ limits.numberCharacters : bytes.byteCount
        let stop = min(bytes.byteCount, limit)
        var node = JSONNode(.number, start: start, end: 0, next: nodes.count &+ 1)
        node.isInteger = true
        var i = start
        let isNegative = bytes.byte(i) == ASCII.minus
        if isNegative { i &+= 1 }
        if i < stop && bytes.byte(i) == ASCII.zero {
            i &+= 1
            if isNegative { node.isInteger = false }
        } else {
            i = try digits(bytes, from: i, to: stop)
        }
        if i < stop && bytes.byte(i) == ASCII.dot {
            node.isInteger = false
            i = try digits(bytes, from: i &+ 1, to: stop)
        }
        if i < stop && bytes.byte(i) | 0x20 == UInt8(ascii: "e") {
            node.isInteger = false
            i &+= 1
            if i < stop && (bytes.byte(i) == ASCII.plus || bytes.byte(i) == ASCII.minus) { i &+= 1 }
            i = try digits(bytes, from: i, to: stop)
        }
        if i == stop && stop < bytes.byteCount && Self.continuesNumber(bytes.byte(i)) { throw tooLong(i) }
        node.end = UInt32(truncatingIfNeeded: i)
        position = i
        return node
    }

    /// One digit or more.
    @inline(__always) private func digits(_ bytes: RawSpan, from start: Int, to stop: Int) throws(JSONError) -> Int {
        var i = start
        while i < stop && ASCII.isDigit(bytes.byte(i)) { i &+= 1 }
        guard i > start else {
            if i >= stop && i < bytes.byteCount { throw tooLong(i) }
            throw JSONError(.syntax, "a digit was expected", at: i)
        }
        return i
    }

    private static func continuesNumber(_ byte: UInt8) -> Bool {
        ASCII.isDigit(byte) || byte == ASCII.dot || byte | 0x20 == UInt8(ascii: "e")
    }

    private func tooLong(_ offset: Int) -> JSONError {
        JSONError(.numberLength, "a number has more than \(limits.numberCharacters) characters", at: offset)
    }
}
