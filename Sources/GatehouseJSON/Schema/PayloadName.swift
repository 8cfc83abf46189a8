/// Names chosen by a peer, made safe to show (VAL-31).
enum PayloadName {
    static let bytes = 64

    /// The name with everything unprintable escaped, in 64 bytes at most; the empty name as two quotes.
    static func shown(_ name: String) -> String {
        guard !name.isEmpty else { return "\"\"" }
        var text = ""
        for scalar in name.unicodeScalars {
            let piece = isPlain(scalar) ? String(scalar) : "\\u{" + String(scalar.value, radix: 16) + "}"
            guard text.utf8.count + piece.utf8.count <= bytes else { return cut(text) }
            text.append(piece)
        }
        return text
    }

    private static func cut(_ text: String) -> String {
        var text = text
        while text.utf8.count > bytes - 3 { text.unicodeScalars.removeLast() }
        return text + "…"
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value >= 0x20 && scalar.value != 0x7F && scalar != "\\" }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator, .spaceSeparator: return false
        default: return true
        }
    }
}
