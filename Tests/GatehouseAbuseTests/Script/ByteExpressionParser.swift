/// Reads `ByteExpression`s from the rest of a line.
struct ByteExpressionParser {
    struct Malformed: Error, CustomStringConvertible {
        var description: String
    }

    private var rest: Substring

    init(_ text: Substring) { rest = text }

    static func parse(_ text: Substring) throws -> [ByteExpression] {
        var parser = ByteExpressionParser(text)
        let parts = try parser.sequence()
        guard parser.rest.isEmpty else { throw Malformed(description: "not understood: \(parser.rest)") }
        return parts
    }

    private mutating func sequence() throws -> [ByteExpression] {
        var parts: [ByteExpression] = []
        skipSpace()
        while let next = rest.first, next != ")" {
            parts.append(try part(next))
            skipSpace()
        }
        return parts
    }

    private mutating func part(_ next: Character) throws -> ByteExpression {
        switch next {
        case "\"":
            return .literal(try literal())
        case "$":
            rest.removeFirst()
            return .variable(word())
        case "0"..."9":
            let count = Int(clamping: try number())
            try expect("*")
            guard rest.first == "(" else { return .repeated(count, [try part(rest.first ?? " ")]) }
            return .repeated(count, try parenthesised { try $0.sequence() })
        default:
            let name = word()
            guard !name.isEmpty, rest.first == "(" else { throw Malformed(description: "not understood: \(name)\(rest)") }
            return try parenthesised { parser in
                let (settings, number) = try parser.settings()
                return .call(name, settings: settings, number: number, try parser.sequence())
            }
        }
    }

    private mutating func parenthesised<Value>(_ body: (inout Self) throws -> Value) throws -> Value {
        try expect("(")
        let value = try body(&self)
        try expect(")")
        return value
    }

    /// `opcode=1 fin=0`, or one number.
    private mutating func settings() throws -> ([String: UInt64], UInt64?) {
        var settings: [String: UInt64] = [:]
        while true {
            skipSpace()
            let before = rest
            if let first = rest.first, first.isNumber {
                let value = try number()
                if rest.first != "*" { return (settings, value) }
                rest = before
                return (settings, nil)
            }
            let name = word()
            guard !name.isEmpty, rest.first == "=" else {
                rest = before
                return (settings, nil)
            }
            rest.removeFirst()
            settings[name] = try number()
        }
    }

    private mutating func literal() throws -> [UInt8] {
        try expect("\"")
        var bytes: [UInt8] = []
        while let next = rest.popFirst() {
            switch next {
            case "\"": return bytes
            case "\\": bytes.append(try escape())
            default: bytes += Array(String(next).utf8)
            }
        }
        throw Malformed(description: "a text without an end")
    }

    private mutating func escape() throws -> UInt8 {
        switch rest.popFirst() {
        case "r": return 0x0D
        case "n": return 0x0A
        case "t": return 0x09
        case "\\": return 0x5C
        case "\"": return 0x22
        case "x":
            let digits = rest.prefix(2)
            rest = rest.dropFirst(2)
            guard let byte = UInt8(digits, radix: 16) else { throw Malformed(description: "\\x\(digits) is no byte") }
            return byte
        case let other: throw Malformed(description: "\\\(other.map(String.init) ?? "") is no escape")
        }
    }

    private mutating func number() throws -> UInt64 {
        let digits = rest.prefix { $0.isNumber }
        rest = rest.dropFirst(digits.count)
        guard var value = UInt64(digits) else { throw Malformed(description: "no number: \(digits)\(rest)") }
        for (unit, factor) in [("Ki", UInt64(1) << 10), ("Mi", 1 << 20)] where rest.hasPrefix(unit) {
            value *= factor
            rest = rest.dropFirst(2)
        }
        return value
    }

    private mutating func word() -> String {
        let word = rest.prefix { $0.isLetter || $0 == "-" }
        rest = rest.dropFirst(word.count)
        return String(word)
    }

    private mutating func expect(_ character: Character) throws {
        guard rest.popFirst() == character else { throw Malformed(description: "\(character) is due before: \(rest)") }
    }

    private mutating func skipSpace() { rest = rest.drop { $0 == " " } }
}
