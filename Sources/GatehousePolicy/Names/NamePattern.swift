package import GatehouseJSON

/// A pattern of room, event or namespace names (POL-07): segments that are exact, `*` for one, `**` at the end for one or more, and in
/// rooms and namespaces a template `{sub}` or `{/pointer}` for one segment taken from the token (POL-06).
package struct NamePattern: Sendable, Hashable, CustomStringConvertible {
    package enum Kind: Sendable { case room, event, namespace }

    package enum Segment: Sendable, Hashable {
        case literal(String)
        case any
        case rest
        case template(Template)
    }

    package enum Template: Sendable, Hashable {
        case subject
        case claim(JSONPointer)
    }

    package let kind: Kind
    /// The text as written.
    package let description: String
    package let segments: [Segment]
    /// The separator before each segment but the first: `:` in rooms, `:` or `.` in events, `/` in namespaces, whose first `/` is left out.
    package let separators: [UInt8]

    /// Whether it names exactly one name.
    package var isLiteral: Bool { segments.allSatisfy { if case .literal = $0 { true } else { false } } }
    package var hasTemplate: Bool { segments.contains { if case .template = $0 { true } else { false } } }
    package var endsInRest: Bool { segments.last == .rest }
}

extension NamePattern {
    /// Why a text is not a pattern, with what to write.
    struct Mistake: Error { let message: String }

    init(parsing text: String, _ kind: Kind) throws(Mistake) {
        let limit = kind == .room ? 256 : 128
        guard CanonicalText.isName(text.utf8Span.span, limit: limit) else {
            throw Mistake(
                message: text.isEmpty
                    ? "a pattern may not be empty"
                    : "at most \(limit) bytes of visible characters in their composed (NFC) form, without combining marks")
        }
        guard kind != .namespace || text.hasPrefix("/") else {
            throw Mistake(message: "'\(text)' is no namespace: it starts with '/', as in /tenant/*")
        }
        var segments: [Segment] = [], separators: [UInt8] = []
        var part: [UInt8] = []
        var depth = 0
        func segment() throws(Mistake) -> Segment {
            let name = String(decoding: part, as: UTF8.self)
            switch name {
            case "": throw Mistake(message: "'\(text)' has an empty segment: remove the separator that has nothing beside it")
            case "*": return .any
            case "**": return .rest
            case "{sub}" where kind != .event: return .template(.subject)
            default: break
            }
            if kind != .event, name.hasPrefix("{/"), name.hasSuffix("}") {
                guard let pointer = JSONPointer(String(name.dropFirst().dropLast())),
                    !name.dropFirst().dropLast().contains(where: { "{}".contains($0) })
                else { throw Mistake(message: "'\(name)' is not a JSON pointer in braces, such as {/tenant}") }
                return .template(.claim(pointer))
            }
            if name.contains(where: { "{}".contains($0) }) {
                throw Mistake(
                    message: kind != .event
                        ? "'\(name)': a template is a whole segment, {sub} or {/pointer}" : "'\(name)': an event pattern has no templates")
            }
            if name.contains("*") { throw Mistake(message: "'\(name)': '*' stands for a whole segment and cannot be part of one") }
            return .literal(name)
        }
        for byte in kind == .namespace ? text.utf8.dropFirst() : text.utf8[...] {
            if byte == UInt8(ascii: "{") { depth += 1 }
            if byte == UInt8(ascii: "}") { depth = max(0, depth - 1) }
            if depth == 0, kind.separates(byte) {
                segments.append(try segment())
                separators.append(byte)
                part = []
            } else {
                part.append(byte)
            }
        }
        segments.append(try segment())
        if segments.dropLast().contains(.rest) { throw Mistake(message: "'\(text)': '**' is only allowed as the last segment") }
        self.init(kind: kind, description: text, segments: segments, separators: separators)
    }
}

extension NamePattern.Kind {
    /// The bytes that part two segments; the same one twice where there is one.
    var separators: (UInt8, UInt8) {
        switch self {
        case .room: (UInt8(ascii: ":"), UInt8(ascii: ":"))
        case .event: (UInt8(ascii: ":"), UInt8(ascii: "."))
        case .namespace: (UInt8(ascii: "/"), UInt8(ascii: "/"))
        }
    }

    func separates(_ byte: UInt8) -> Bool { byte == separators.0 || byte == separators.1 }
}
