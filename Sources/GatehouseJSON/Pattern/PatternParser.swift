/// Reads the text of a pattern. It comes from the program, not from a peer; faults are reported when a route is registered.
struct PatternParser {
    struct Fault: Error {
        let text: String
    }

    private let text: [Unicode.Scalar]
    private var position = 0

    init(_ text: String) { self.text = Array(text.unicodeScalars) }

    mutating func parse() throws(Fault) -> PatternNode {
        let node = try alternatives()
        guard position == text.count else { throw Fault(text: "an unmatched ) at \(position)") }
        return node
    }

    private var current: Unicode.Scalar? { position < text.count ? text[position] : nil }

    private mutating func alternatives() throws(Fault) -> PatternNode {
        var branches = [try sequence()]
        while current == "|" {
            position += 1
            branches.append(try sequence())
        }
        return branches.count == 1 ? branches[0] : .alternatives(branches)
    }

    private mutating func sequence() throws(Fault) -> PatternNode {
        var parts: [PatternNode] = []
        while let scalar = current, scalar != "|", scalar != ")" { parts.append(try quantified()) }
        return .sequence(parts)
    }

    private mutating func quantified() throws(Fault) -> PatternNode {
        var node = try atom()
        while let scalar = current {
            switch scalar {
            case "?": node = .repetition(node, min: 0, max: 1)
            case "*": node = .repetition(node, min: 0, max: nil)
            case "+": node = .repetition(node, min: 1, max: nil)
            case "{":
                node = try counted(node)
                continue
            default: return node
            }
            position += 1
        }
        return node
    }

    private mutating func counted(_ node: PatternNode) throws(Fault) -> PatternNode {
        position += 1
        let low = try number()
        var high: Int? = low
        if current == "," {
            position += 1
            high = current == "}" ? nil : try number()
        }
        guard current == "}" else { throw Fault(text: "an unmatched { before \(position)") }
        position += 1
        guard high.map({ $0 >= low && $0 > 0 }) ?? true else { throw Fault(text: "a repetition with invalid bounds") }
        return .repetition(node, min: low, max: high)
    }

    private mutating func number() throws(Fault) -> Int {
        var digits = ""
        while let scalar = current, ("0"..."9").contains(scalar) {
            digits.unicodeScalars.append(scalar)
            position += 1
        }
        guard let value = Int(digits), value <= 1_000 else { throw Fault(text: "a repetition without a bound from 0 to 1000") }
        return value
    }

    private mutating func atom() throws(Fault) -> PatternNode {
        guard let scalar = current else { throw Fault(text: "the pattern ends too early") }
        position += 1
        switch scalar {
        case "(":
            let node = try alternatives()
            guard current == ")" else { throw Fault(text: "an unmatched (") }
            position += 1
            return node
        case "[": return try set()
        case ".": return .alternatives([.bytes(ByteSet(0x00...0x7F)), .nonASCII])
        case "\\": return try escape()
        case "?", "*", "+", "{", "}", "]", "^", "$":
            throw Fault(
                text: "a \(scalar) that means nothing here; write \\\(scalar) for the character (patterns always match whole texts)")
        default: return Self.literal(scalar)
        }
    }

    private static func literal(_ scalar: Unicode.Scalar) -> PatternNode {
        .sequence(String(scalar).utf8.map { .bytes(ByteSet($0...$0)) })
    }

    private mutating func escape() throws(Fault) -> PatternNode {
        guard let scalar = current else { throw Fault(text: "a \\ at the end") }
        position += 1
        if let named = Self.named(scalar) { return .bytes(named) }
        guard scalar.isASCII, !Form.isAlphanumeric(UInt8(truncatingIfNeeded: scalar.value)) else {
            throw Fault(text: "an unknown escape \\\(scalar)")
        }
        return Self.literal(scalar)
    }

    private static func named(_ scalar: Unicode.Scalar) -> ByteSet? {
        switch scalar {
        case "d": return ByteSet(0x30...0x39)
        case "w":
            var set = ByteSet(0x30...0x39)
            set.formUnion(ByteSet(0x41...0x5A))
            set.formUnion(ByteSet(0x61...0x7A))
            set.insert(0x5F)
            return set
        case "s":
            var set = ByteSet(0x09...0x0D)
            set.insert(0x20)
            return set
        default: return nil
        }
    }

    /// A set of ASCII characters; a negated one holds every other scalar.
    private mutating func set() throws(Fault) -> PatternNode {
        var set = ByteSet()
        let isNegated = current == "^"
        if isNegated { position += 1 }
        var isEmpty = true
        while let scalar = current, scalar != "]" || isEmpty {
            isEmpty = false
            position += 1
            if scalar == "\\", let next = current, let named = Self.named(next) {
                position += 1
                set.formUnion(named)
                continue
            }
            let low = try member(scalar)
            guard current == "-", position + 1 < text.count, text[position + 1] != "]" else {
                set.insert(low)
                continue
            }
            position += 2
            let high = try member(text[position - 1])
            guard low <= high else { throw Fault(text: "a range that runs backwards") }
            set.formUnion(ByteSet(low...high))
        }
        guard current == "]" else { throw Fault(text: "an unmatched [") }
        position += 1
        return isNegated ? .alternatives([.bytes(set.asciiComplement), .nonASCII]) : .bytes(set)
    }

    private mutating func member(_ scalar: Unicode.Scalar) throws(Fault) -> UInt8 {
        var scalar = scalar
        if scalar == "\\" {
            guard let next = current else { throw Fault(text: "an unmatched [") }
            position += 1
            scalar = next
        }
        guard scalar.isASCII else { throw Fault(text: "a set with a character outside of ASCII; use alternatives instead") }
        return UInt8(truncatingIfNeeded: scalar.value)
    }
}
