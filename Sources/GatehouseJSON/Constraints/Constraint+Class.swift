extension Constraint where Value == String {
    /// Lower-case letters, digits and single `-` or `_` between them; not empty.
    public static var slug: Constraint {
        bytes(Face("isSlug", "may only have lower-case letters, digits, - and _")) { bytes in
            guard !bytes.isEmpty else { return false }
            var afterMark = true
            var i = 0
            while i < bytes.byteCount {
                let byte = bytes.byte(i)
                let isMark = byte == ASCII.minus || byte == UInt8(ascii: "_")
                guard isMark ? !afterMark : (ASCII.isDigit(byte) || byte &- 0x61 < 26) else { return false }
                afterMark = isMark
                i &+= 1
            }
            return !afterMark
        }.said(by: ["pattern": "^[a-z0-9]+(?:[-_][a-z0-9]+)*$"])
    }
}
