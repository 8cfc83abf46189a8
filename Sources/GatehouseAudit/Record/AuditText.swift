/// Text from outside as a JSON string that cannot harm a terminal, a browser or a line-based tool (AUD-03, SEC-32).
package enum AuditText {
    /// Bytes between the quotes at most, after escaping.
    package static let limit = 256
    /// The same for a text that must not be cut.
    package static let documentLimit = 24_576

    /// Whether a text is written whole as a document.
    package static func fits(_ document: String) -> Bool {
        guard document.utf8.count <= documentLimit else { return false }
        var out: [UInt8] = []
        return append(document, to: &out, limit: documentLimit)
    }

    /// Appends `text` with its quotes. Gives `false` when it had to be cut.
    @discardableResult
    static func append(_ text: String, to out: inout [UInt8], limit: Int = AuditText.limit) -> Bool {
        out.append(UInt8(ascii: "\""))
        defer { out.append(UInt8(ascii: "\"")) }
        let span = text.utf8Span.span
        if span.count <= limit, isPlain(span) {
            unsafe span.withUnsafeBufferPointer { buffer in unsafe out.append(contentsOf: buffer) }
            return true
        }
        return appendEscaped(text, to: &out, limit: limit)
    }

    /// Printable ASCII without the quote and the backslash: nothing to do but copy.
    private static func isPlain(_ span: Span<UInt8>) -> Bool {
        for index in span.indices {
            let byte = span[index]
            if byte < 0x20 || byte >= 0x7F || byte == 0x22 || byte == 0x5C { return false }
        }
        return true
    }

    private static func appendEscaped(_ text: String, to out: inout [UInt8], limit: Int) -> Bool {
        var left = limit
        for scalar in text.unicodeScalars {
            let needed: Int
            if scalar == "\"" || scalar == "\\" {
                needed = 2
            } else if isHarmful(scalar) {
                needed = 6
            } else {
                needed = UTF8.width(scalar)
            }
            guard needed <= left else { return false }
            left &-= needed
            if needed == 2 && scalar.isASCII {
                out.append(UInt8(ascii: "\\"))
                out.append(UInt8(truncatingIfNeeded: scalar.value))
            } else if needed == 6 {
                appendEscape(scalar.value, to: &out)
            } else {
                out.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
        }
        return true
    }

    private static func appendEscape(_ value: UInt32, to out: inout [UInt8]) {
        out.append(literal: "\\u")
        for shift in [12, 8, 4, 0] as [UInt32] {
            let digit = UInt8(truncatingIfNeeded: value >> shift & 0xF)
            out.append(digit < 10 ? 0x30 &+ digit : 0x57 &+ digit)
        }
    }

    /// C0, DEL, C1, line and paragraph separators, bidirectional controls, and the byte order mark. All lie in the basic plane.
    package static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: false
        }
    }
}
