/// A place in a JSON value, as of RFC 6901: `/items/0/name`.
public struct JSONPointer: Sendable, Hashable, CustomStringConvertible {
    /// The parts between the slashes, unescaped.
    public let tokens: [String]

    /// Reads a pointer; the empty text names the whole value.
    /// - Returns: nil if the text does not start with a slash, or has a `~` that is neither `~0` nor `~1`.
    public init?(_ text: String) {
        guard !text.isEmpty else {
            tokens = []
            return
        }
        guard text.utf8.first == ASCII.slash else { return nil }
        var parts: [String] = []
        for part in text.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let token = Self.unescape(part) else { return nil }
            parts.append(token)
        }
        tokens = parts
    }

    /// The text of the pointer.
    public var description: String {
        var text = ""
        for token in tokens {
            text.append("/")
            for character in token.unicodeScalars {
                switch character {
                case "~": text.append("~0")
                case "/": text.append("~1")
                default: text.unicodeScalars.append(character)
                }
            }
        }
        return text
    }

    private static func unescape(_ part: Substring) -> String? {
        guard part.utf8.contains(UInt8(ascii: "~")) else { return String(part) }
        var token = ""
        var scalars = part.unicodeScalars.makeIterator()
        while let scalar = scalars.next() {
            guard scalar == "~" else {
                token.unicodeScalars.append(scalar)
                continue
            }
            switch scalars.next() {
            case "0": token.append("~")
            case "1": token.append("/")
            default: return nil
            }
        }
        return token
    }

    /// The index that a token names in an array: digits without a leading zero.
    static func index(_ token: String) -> Int? {
        let digits = token.utf8
        guard !digits.isEmpty, digits.count <= 9, digits.allSatisfy(ASCII.isDigit), digits.count == 1 || digits.first != ASCII.zero
        else { return nil }
        return Int(token)
    }
}

extension JSONPointer: ExpressibleByStringLiteral {
    /// A literal is the programmer's, not a peer's: one that is no pointer ends the process, with the text that is wrong.
    public init(stringLiteral value: String) {
        guard let pointer = JSONPointer(value) else {
            preconditionFailure("\"\(value)\" is not a JSON pointer: it starts with /, and a ~ in it is ~0 or ~1")
        }
        self = pointer
    }
}

extension JSONValue {
    /// The value that a pointer names, or nil.
    public func value(at pointer: JSONPointer) -> JSONValue? {
        var current = self
        for token in pointer.tokens {
            // No ternary with `nil` here: beside a JSONValue it would mean `null`.
            let inner: JSONValue?
            switch current {
            case .object(let object): inner = object[token]
            case .array: inner = JSONPointer.index(token).flatMap { current[$0] }
            default: return nil
            }
            guard let inner else { return nil }
            current = inner
        }
        return current
    }
}
