import GatehouseAudit

/// Text that came from outside, made safe for a terminal: whatever could move the cursor, change colours or turn text round is shown as
/// `\u{…}`.
package enum TerminalText {
    package static func safe(_ text: String, keepingLines: Bool = false) -> String {
        escaped(text, keepingLines: keepingLines) { "\\u{" + String($0.value, radix: 16) + "}" }
    }

    /// JSON text that says the same and is safe for a terminal. A harmful character can stand in a JSON string only, where it may be
    /// written as `\uXXXX` too; all of them lie in the basic plane.
    package static func safeJSON(_ text: String) -> String {
        escaped(text, keepingLines: false) { scalar in
            let digits = String(scalar.value, radix: 16)
            return "\\u" + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
        }
    }

    private static func escaped(_ text: String, keepingLines: Bool, _ escape: (Unicode.Scalar) -> String) -> String {
        func isHarmful(_ scalar: Unicode.Scalar) -> Bool { AuditText.isHarmful(scalar) && !(keepingLines && scalar == "\n") }
        guard text.unicodeScalars.contains(where: isHarmful) else { return text }
        var safe = ""
        for scalar in text.unicodeScalars {
            if isHarmful(scalar) { safe += escape(scalar) } else { safe.unicodeScalars.append(scalar) }
        }
        return safe
    }
}
