extension YAMLReader {
    /// Reads a scalar that must end on its line.
    mutating func scalar(inFlow: Bool) throws(PolicyError) -> YAMLNode {
        let start = position
        switch peek() {
        case UInt8(ascii: "\""): return YAMLNode(kind: .scalar(try doubleQuoted(), quoted: true), position: start)
        case UInt8(ascii: "'"): return YAMLNode(kind: .scalar(try singleQuoted(), quoted: true), position: start)
        default:
            try refuseIndicator()
            return YAMLNode(kind: .scalar(plain(inFlow: inFlow), quoted: false), position: start)
        }
    }

    /// Refuses what may not start a plain scalar, naming what it would be.
    private func refuseIndicator() throws(PolicyError) {
        guard let byte = peek() else { throw error(.syntax, "a value is due here") }
        switch byte {
        case UInt8(ascii: "&"):
            throw error(.unsupportedYAML, "an anchor (&) is not allowed in a policy: write the value out, or quote the text")
        case UInt8(ascii: "*"):
            throw error(
                .unsupportedYAML, "an alias (*) is not allowed in a policy: write the value out; a pattern that starts with '*' is quoted")
        case UInt8(ascii: "!"): throw error(.unsupportedYAML, "a tag (!) is not allowed in a policy: remove it, or quote the text")
        case UInt8(ascii: "|"), UInt8(ascii: ">"):
            throw error(.unsupportedYAML, "text over several lines is not allowed in a policy: write it quoted on one line")
        case UInt8(ascii: "%"): throw error(.unsupportedYAML, "a directive (%) is not allowed in a policy: remove it, or quote the text")
        case UInt8(ascii: "?") where isSpace(peek(1)): throw error(.unsupportedYAML, "a complex key (?) is not allowed in a policy")
        case UInt8(ascii: "-") where isSpace(peek(1)): throw error(.syntax, "a list item is not allowed here: start it on its own line")
        case UInt8(ascii: "@"), UInt8(ascii: "`"), UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: "["),
            UInt8(ascii: "{"), UInt8(ascii: ":"), UInt8(ascii: "?"), UInt8(ascii: "-"):
            if byte == UInt8(ascii: "-"), let next = peek(1), next >= UInt8(ascii: "0"), next <= UInt8(ascii: "9") { return }
            throw error(.syntax, "a value may not start with '\(Character(Unicode.Scalar(byte)))': quote it")
        default: return
        }
    }

    private mutating func plain(inFlow: Bool) -> String {
        let start = index
        var end = index
        while let byte = peek(), !isBreak(byte) {
            if byte == UInt8(ascii: ":") {
                let next = peek(1)
                if isSpace(next) || (inFlow && (next == UInt8(ascii: ",") || next == UInt8(ascii: "]") || next == UInt8(ascii: "}"))) {
                    break
                }
            }
            if byte == UInt8(ascii: "#"), index > start, bytes[index - 1] == UInt8(ascii: " ") { break }
            if inFlow, isFlowIndicator(byte) { break }
            index += 1
            if byte != UInt8(ascii: " ") { end = index }
        }
        // The cursor goes back to the last character, so that a comment still has its space before it.
        index = end
        return String(decoding: bytes[start..<end], as: UTF8.self)
    }

    private mutating func singleQuoted() throws(PolicyError) -> String {
        let start = position
        var text: [UInt8] = []
        advance(1)
        while let byte = peek(), !isBreak(byte) {
            if byte == UInt8(ascii: "'") {
                advance(1)
                guard peek() == UInt8(ascii: "'") else { return String(decoding: text, as: UTF8.self) }
            }
            text.append(byte)
            index += 1
        }
        throw error(.syntax, at: start, "the quoted text that starts here has no closing ' on its line")
    }

    private mutating func doubleQuoted() throws(PolicyError) -> String {
        let start = position
        var text: [UInt8] = []
        advance(1)
        while let byte = peek(), !isBreak(byte) {
            if byte == UInt8(ascii: "\"") {
                advance(1)
                return String(decoding: text, as: UTF8.self)
            }
            if byte == UInt8(ascii: "\\") {
                switch peek(1) {
                case UInt8(ascii: "\""): text.append(UInt8(ascii: "\""))
                case UInt8(ascii: "\\"): text.append(UInt8(ascii: "\\"))
                case UInt8(ascii: "/"): text.append(UInt8(ascii: "/"))
                default: throw error(.syntax, "the only escapes in policy text are \\\" \\\\ and \\/: write the character itself")
                }
                advance(2)
                continue
            }
            text.append(byte)
            index += 1
        }
        throw error(.syntax, at: start, "the quoted text that starts here has no closing \" on its line")
    }

    // MARK: Keys

    /// Whether the cursor is at `key: ` or `"key": `; the line is looked at, nothing is consumed.
    func startsMappingEntry() -> Bool {
        var look = index
        guard let first = peek() else { return false }
        if first == UInt8(ascii: "[") || first == UInt8(ascii: "{") || first == UInt8(ascii: "#") { return false }
        if first == UInt8(ascii: "?"), isSpace(peek(1)) { return true }
        if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") {
            look += 1
            while look < bytes.count, bytes[look] != first, !isBreak(bytes[look]) {
                look += bytes[look] == UInt8(ascii: "\\") && first == UInt8(ascii: "\"") ? 2 : 1
            }
            look += 1
            while look < bytes.count, bytes[look] == UInt8(ascii: " ") { look += 1 }
            return look < bytes.count && bytes[look] == UInt8(ascii: ":") && (look + 1 == bytes.count || isSpace(bytes[look + 1]))
        }
        while look < bytes.count, !isBreak(bytes[look]) {
            if bytes[look] == UInt8(ascii: ":"), look + 1 == bytes.count || isSpace(bytes[look + 1]) { return true }
            if bytes[look] == UInt8(ascii: "#"), look > index, bytes[look - 1] == UInt8(ascii: " ") { return false }
            look += 1
        }
        return false
    }

    /// Reads `key:`; the cursor stands after the colon.
    mutating func mappingKey() throws(PolicyError) -> String {
        let start = position
        let quoted = peek() == UInt8(ascii: "\"") || peek() == UInt8(ascii: "'")
        guard case .scalar(let key, _) = try scalar(inFlow: false).kind else { return "" }
        try checkKey(key, quoted: quoted, at: start)
        while peek() == UInt8(ascii: " ") { index += 1 }
        guard peek() == UInt8(ascii: ":") else { throw error(.syntax, "':' is due after the key '\(key)'") }
        advance(1)
        return key
    }

    func checkKey(_ key: String, quoted: Bool, at start: SourcePosition) throws(PolicyError) {
        if key == "<<" {
            throw error(.unsupportedYAML, at: start, "a merge key (<<) is not allowed in a policy: write the members out")
        }
        if key.utf8.count > 256 { throw error(.tooLarge, at: start, "a key is at most 256 bytes long") }
        if !quoted, key.isEmpty { throw error(.syntax, at: start, "a key is missing before ':'") }
    }
}
