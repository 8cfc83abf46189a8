extension Pattern {
    /// The pattern as JSON Schema has it: anchored, in the grammar of ECMA 262 with the flag `u`, and the same for every engine.
    ///
    /// The own dialect is no subset of that grammar, so it is translated: `.` is any character, lines' ends too; `\s` is white space of ASCII
    /// only, as `\d` and `\w` are, which some engines take for Unicode's; `]` may come first in a set; and a repetition may be repeated. Nil for a
    /// pattern with faults.
    var ecma: String? {
        guard problem == nil else { return nil }
        var translation = ECMATranslation(text)
        return "^(?:" + translation.alternatives() + ")$"
    }

    /// A pattern for texts with a part in them; nil for an empty part.
    static func ecma(part: String) -> String? {
        part.isEmpty ? nil : part.unicodeScalars.map(ECMATranslation.literal).joined()
    }
}

/// Translates a pattern that the parser has taken.
private struct ECMATranslation {
    private let text: [Unicode.Scalar]
    private var position = 0

    init(_ text: String) { self.text = Array(text.unicodeScalars) }

    private var current: Unicode.Scalar? { position < text.count ? text[position] : nil }

    mutating func alternatives() -> String {
        var output = ""
        while let scalar = current, scalar != ")" {
            if scalar == "|" {
                position += 1
                output += "|"
            } else {
                output += quantified()
            }
        }
        return output
    }

    private mutating func quantified() -> String {
        var output = atom()
        var isRepeated = false
        while let scalar = current {
            var quantifier = ""
            switch scalar {
            case "?", "*", "+":
                position += 1
                quantifier = String(scalar)
            case "{":
                while let next = current {
                    position += 1
                    quantifier.unicodeScalars.append(next)
                    if next == "}" { break }
                }
            default: return output
            }
            output = (isRepeated ? "(?:\(output))" : output) + quantifier
            isRepeated = true
        }
        return output
    }

    private mutating func atom() -> String {
        guard let scalar = current else { return "" }
        position += 1
        switch scalar {
        case "(":
            let inner = alternatives()
            position += 1
            return "(?:\(inner))"
        case "[": return set()
        case ".": return "[\\s\\S]"
        case "\\":
            guard let next = current else { return "" }
            position += 1
            return Self.named(next).map { "[\($0)]" } ?? Self.literal(next)
        default: return Self.literal(scalar)
        }
    }

    private mutating func set() -> String {
        var output = "["
        if current == "^" {
            position += 1
            output += "^"
        }
        var isFirst = true
        while let scalar = current, scalar != "]" || isFirst {
            isFirst = false
            position += 1
            if scalar == "\\", let next = current {
                position += 1
                output += Self.named(next) ?? Self.member(next)
            } else if scalar == "-", output != "[", output != "[^", current != "]" {
                // Between two members: a range.
                output += "-"
            } else {
                output += Self.member(scalar)
            }
        }
        position += 1
        return output + "]"
    }

    private static func named(_ scalar: Unicode.Scalar) -> String? {
        switch scalar {
        case "d": "0-9"
        case "w": "A-Za-z0-9_"
        case "s": "\\x09-\\x0D\\x20"
        default: nil
        }
    }

    static func literal(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "^", "$", "\\", ".", "*", "+", "?", "(", ")", "[", "]", "{", "}", "|", "/": "\\" + String(scalar)
        default: String(scalar)
        }
    }

    private static func member(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\\", "]", "[", "^", "-": "\\" + String(scalar)
        default: String(scalar)
        }
    }
}
