extension YAMLReader {
    /// Reads a flow collection, a quoted scalar or a plain one, within one line or within brackets.
    mutating func inlineNode(depth: Int) throws(PolicyError) -> YAMLNode {
        switch peek() {
        case UInt8(ascii: "["): return try flowSequence(depth: depth)
        case UInt8(ascii: "{"): return try flowMapping(depth: depth)
        default: return try scalar(inFlow: false)
        }
    }

    private mutating func flowNode(depth: Int) throws(PolicyError) -> YAMLNode {
        guard depth <= Self.maximumDepth else {
            throw error(.tooLarge, "nested deeper than \(Self.maximumDepth) levels: flatten this")
        }
        switch peek() {
        case UInt8(ascii: "["): return try flowSequence(depth: depth)
        case UInt8(ascii: "{"): return try flowMapping(depth: depth)
        default: return try scalar(inFlow: true)
        }
    }

    private mutating func flowSequence(depth: Int) throws(PolicyError) -> YAMLNode {
        guard depth <= Self.maximumDepth else { throw error(.tooLarge, "nested deeper than \(Self.maximumDepth) levels: flatten this") }
        let start = position
        advance(1)
        var items: [YAMLNode] = []
        while true {
            try skipInFlow(closing: "]", from: start)
            if peek() == UInt8(ascii: "]") { break }
            items.append(try flowNode(depth: depth + 1))
            try skipInFlow(closing: "]", from: start)
            if peek() == UInt8(ascii: ",") {
                advance(1)
                continue
            }
            guard peek() == UInt8(ascii: "]") else {
                throw error(.syntax, "',' or ']' is due here; quote a value that holds ':' or brackets")
            }
        }
        advance(1)
        return YAMLNode(kind: .sequence(items), position: start, closingLine: line)
    }

    private mutating func flowMapping(depth: Int) throws(PolicyError) -> YAMLNode {
        guard depth <= Self.maximumDepth else { throw error(.tooLarge, "nested deeper than \(Self.maximumDepth) levels: flatten this") }
        let start = position
        advance(1)
        var entries = Entries()
        while true {
            try skipInFlow(closing: "}", from: start)
            if peek() == UInt8(ascii: "}") { break }
            let keyPosition = position
            let key = try flowKey()
            try skipInFlow(closing: "}", from: start)
            guard let next = peek(), next != UInt8(ascii: ","), next != UInt8(ascii: "}") else {
                throw error(.type, at: keyPosition, "'\(key)' has no value: write one, '[]' or '{}', or remove the key")
            }
            entries.append(key, at: keyPosition, value: try flowNode(depth: depth + 1), to: diagnostics)
            try skipInFlow(closing: "}", from: start)
            if peek() == UInt8(ascii: ",") {
                advance(1)
                continue
            }
            guard peek() == UInt8(ascii: "}") else {
                throw error(.syntax, "',' or '}' is due here; quote a value that holds ':' or brackets")
            }
        }
        advance(1)
        return YAMLNode(kind: .mapping(entries.list), position: start, closingLine: line)
    }

    private mutating func flowKey() throws(PolicyError) -> String {
        let start = position
        let quoted = peek() == UInt8(ascii: "\"") || peek() == UInt8(ascii: "'")
        guard case .scalar(let key, _) = try scalar(inFlow: true).kind else { return "" }
        try checkKey(key, quoted: quoted, at: start)
        guard peek() == UInt8(ascii: ":") else {
            throw error(.syntax, at: start, "'\(key)' is not followed by ': value'")
        }
        advance(1)
        guard let after = peek(), after == UInt8(ascii: " ") || after == UInt8(ascii: "\n") || after == UInt8(ascii: "\r") else {
            throw error(.syntax, "put a space after the ':' of '\(key)'")
        }
        return key
    }

    private mutating func skipInFlow(closing: String, from start: SourcePosition) throws(PolicyError) {
        try skipToContent()
        guard peek() != nil else { throw error(.syntax, at: start, "'\(closing)' is missing for the bracket that opens here") }
        if atMarker("---") || atMarker("...") { throw error(.syntax, at: start, "'\(closing)' is missing for the bracket that opens here") }
        if peek() == UInt8(ascii: "]") || peek() == UInt8(ascii: "}"), peek() != closing.utf8.first {
            throw error(.syntax, "'\(closing)' is due here for the bracket that opens at line \(start.line), column \(start.column)")
        }
        if peek() == UInt8(ascii: ",") && previousIsSeparator() {
            throw error(.syntax, "a value is missing before this ','")
        }
    }

    private func previousIsSeparator() -> Bool {
        var back = index - 1
        while back >= 0, [UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r")].contains(bytes[back]) { back -= 1 }
        guard back >= 0 else { return true }
        return [UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "{")].contains(bytes[back])
    }
}
