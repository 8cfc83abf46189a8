/// The text of keys, scalars and collections in brackets.
enum LayoutText {
    /// The columns of a line before a comment.
    static let width = 140

    static func inline(_ node: YAMLNode) -> String {
        switch node.kind {
        case .scalar(let text, let quoted): quoted ? self.quoted(text) : text
        case .sequence(let items): "[" + items.map { inline($0) }.joined(separator: ", ") + "]"
        case .mapping(let entries):
            entries.isEmpty ? "{}" : "{ " + entries.map { key($0.key) + ": " + inline($0.value) }.joined(separator: ", ") + " }"
        }
    }

    /// Plain where that cannot be read as anything else.
    static func key(_ key: String) -> String {
        let isPlain =
            !ScalarForm.isAmbiguous(key)
            && key.utf8.first.map { IssuerReader.isNameByte($0) && $0 != UInt8(ascii: "-") } == true
            && key.utf8.allSatisfy { IssuerReader.isNameByte($0) || $0 == UInt8(ascii: ".") }
        return isPlain ? key : quoted(key)
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { result += "\\" }
            result.unicodeScalars.append(scalar)
        }
        return result + "\""
    }
}
