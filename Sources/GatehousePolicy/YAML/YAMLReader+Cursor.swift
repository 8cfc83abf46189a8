extension YAMLReader {
    var position: SourcePosition { position(at: index) }

    /// The indentation of the cursor: its distance from the start of its line.
    var indentation: Int { index - lineStart }

    private func position(at offset: Int) -> SourcePosition {
        var column = 1
        for byte in bytes[lineStart..<min(offset, bytes.count)] where byte & 0xC0 != 0x80 { column += 1 }
        return SourcePosition(file: file, line: line, column: column)
    }

    func error(_ code: PolicyError.Code, _ message: String) -> PolicyError { PolicyError(code, at: position, message) }

    func error(_ code: PolicyError.Code, at position: SourcePosition, _ message: String) -> PolicyError {
        PolicyError(code, at: position, message)
    }

    func peek(_ ahead: Int = 0) -> UInt8? {
        let at = index &+ ahead
        return at < bytes.count ? bytes[at] : nil
    }

    /// Moves within a line.
    mutating func advance(_ count: Int) { index = min(index &+ count, bytes.count) }

    func isBreak(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") }

    /// Whether what follows ends a token: a space, a line break or the end.
    func isSpace(_ byte: UInt8?) -> Bool {
        guard let byte else { return true }
        return byte == UInt8(ascii: " ") || isBreak(byte)
    }

    func isFlowIndicator(_ byte: UInt8) -> Bool {
        [UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}")].contains(byte)
    }

    func atEntryDash() -> Bool { peek() == UInt8(ascii: "-") && isSpace(peek(1)) }

    func atMarker(_ marker: String) -> Bool {
        guard indentation == 0, bytes.count - index >= 3 else { return false }
        return bytes[index..<index + 3].elementsEqual(marker.utf8) && isSpace(peek(3))
    }

    func refuseMarker() throws(PolicyError) {
        if atMarker("---") || atMarker("...") {
            throw error(.unsupportedYAML, "a second document starts here; a policy file is one document: remove this line")
        }
    }

    /// Skips spaces, comments and line breaks.
    mutating func skipToContent() throws(PolicyError) {
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: " "): index += 1
            case UInt8(ascii: "\r"), UInt8(ascii: "\n"):
                index += byte == UInt8(ascii: "\r") ? 2 : 1
                line += 1
                lineStart = index
            case UInt8(ascii: "#"):
                guard index == lineStart || bytes[index - 1] == UInt8(ascii: " ") else {
                    throw error(.syntax, "put a space before the '#' of a comment, or quote the text")
                }
                let start = index, place = position
                while let inside = peek(), !isBreak(inside) { index += 1 }
                var end = index
                while end > start, bytes[end - 1] == UInt8(ascii: " ") { end -= 1 }
                comments.append(YAMLComment(text: String(decoding: bytes[start..<end], as: UTF8.self), position: place))
            case UInt8(ascii: "%") where indentation == 0:
                throw error(.unsupportedYAML, "a directive (%) is not allowed in a policy: remove this line")
            default: return
            }
        }
    }

    /// After a value only a comment may follow on its line.
    mutating func endOfLine() throws(PolicyError) {
        let before = line
        try skipToContent()
        guard peek() == nil || line > before else {
            throw error(.syntax, "nothing may follow the value on this line: quote the whole value if this belongs to it")
        }
    }

    /// Before reading, refuses text that readers and reviewers may see differently.
    mutating func checkText() throws(PolicyError) {
        guard bytes.count <= Self.maximumBytes else {
            throw error(.tooLarge, at: SourcePosition(file: file, line: 0, column: 0), "over 256 KiB: split the rules over namespaces")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw error(.syntax, at: SourcePosition(file: file, line: 0, column: 0), "not UTF-8: save the file as UTF-8")
        }
        var line = 1, column = 1
        var previous: Unicode.Scalar = " "
        for scalar in text.unicodeScalars {
            let here = SourcePosition(file: file, line: line, column: column)
            if previous == "\r", scalar != "\n" {
                throw error(.syntax, at: here, "a lone carriage return: save the file with LF line ends")
            }
            switch scalar {
            case "\n":
                line += 1
                column = 0
            case "\r": break
            case "\t": throw error(.syntax, at: here, "a tab: use spaces")
            default:
                if let name = Self.refused(scalar) { throw error(.syntax, at: here, "\(name) is not allowed in a policy: remove it") }
            }
            column += 1
            guard column <= Self.maximumColumn else {
                throw error(.tooLarge, at: here, "a line over \(Self.maximumColumn) characters: break it after a comma")
            }
            previous = scalar
        }
        if previous == "\r" {
            throw error(
                .syntax, at: SourcePosition(file: file, line: line, column: column),
                "a lone carriage return: save the file with LF line ends")
        }
    }

    /// Bounds the search for the column of a place, and what a reviewer has to scroll.
    private static let maximumColumn = 2_000

    private static func refused(_ scalar: Unicode.Scalar) -> String? {
        switch scalar.value {
        case 0x00...0x1F, 0x7F...0x9F: "a control character"
        case 0x2028, 0x2029: "a Unicode line separator"
        case 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x206F: "an invisible or direction-changing character"
        case 0xFEFF: "a byte order mark"
        default: nil
        }
    }
}

extension YAMLReader {
    /// The entries of a mapping while it is read; duplicates are told as they come.
    struct Entries {
        private(set) var list: [YAMLEntry] = []
        private var seen: [String: SourcePosition] = [:]

        mutating func append(_ key: String, at position: SourcePosition, value: YAMLNode, to diagnostics: Diagnostics) {
            if let first = seen[key] {
                diagnostics.report(
                    .duplicateKey, at: position, "'\(key)' is given twice in this mapping (first at line \(first.line)): remove one")
            } else {
                seen[key] = position
                list.append(YAMLEntry(key: key, keyPosition: position, value: value))
            }
        }
    }
}
