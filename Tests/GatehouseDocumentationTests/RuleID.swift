/// The id of a rule in the specification, such as `SEC-02`, `SEC-A` or `R13`.
enum RuleID {
    private static let groups: Set<String> = [
        "AC", "API", "AUD", "BCK", "CLU", "CON", "CONF", "EIO", "ERR", "FZ", "GW", "HIS", "LIM", "MDL", "MOD", "POL", "PRE", "REC", "REG",
        "REL", "SEC", "SIO", "VAL", "WS",
    ]

    /// The ids in a text, in their order.
    static func all(in text: String) -> [String] {
        text.split { character in !(character.isASCII && (character.isLetter || character.isNumber || character == "-" || character == "_"))
        }
        .compactMap { of($0) }
    }

    /// The id that a line of the specification defines: the first cell of a table's row, or the beginning of a list's item.
    static func defined(by line: Substring) -> String? {
        let rest: Substring
        let end: Character
        if line.hasPrefix("| ") {
            (rest, end) = (line.dropFirst(2), " ")
        } else if line.hasPrefix("- ") {
            (rest, end) = (line.dropFirst(2), ":")
        } else {
            return nil
        }
        let word = rest.prefix { $0 != end }
        return word.count < rest.count ? of(word) : nil
    }

    /// A name such as `AC-36-spellings` cites `AC-36`.
    private static func of(_ word: Substring) -> String? {
        let parts = word.split(separator: "-", omittingEmptySubsequences: false)
        if let first = parts.first, first.first == "R", (2...3).contains(first.count), first.dropFirst().allSatisfy(\.isNumber),
            parts.count == 1
        {
            return String(first)
        }
        guard parts.count >= 2, groups.contains(String(parts[0])) else { return nil }
        let number = parts[1]
        let isNumber = number.count == 2 && number.allSatisfy(\.isNumber)
        let isLetter = parts[0] == "SEC" && number.count == 1 && number.allSatisfy(\.isUppercase)
        return isNumber || isLetter ? parts[0] + "-" + number : nil
    }
}
