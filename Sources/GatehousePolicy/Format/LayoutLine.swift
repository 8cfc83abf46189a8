/// A line of a formatted file: its text, and the comment behind it.
struct LayoutLine {
    var indent = 0
    /// Empty for a comment alone, and for an empty line.
    var text = ""
    var comment: String?

    static let blank = LayoutLine()

    /// Lines longer than this take their comment after two spaces, and do not push those of their neighbours to the right.
    private static let alignedWidth = 80

    /// All lines, with the comments of neighbouring lines under each other.
    static func text(of lines: [LayoutLine]) -> String {
        var result = ""
        var at = 0
        while at < lines.count {
            var end = at
            while end < lines.count, lines[end].isAligned { end += 1 }
            let column = lines[at..<end].map(\.width).max() ?? 0
            for line in lines[at..<max(end, at + 1)] { result += line.text(column: line.isAligned ? column : line.width) + "\n" }
            at = max(end, at + 1)
        }
        return result
    }

    private var width: Int { indent + text.count }
    private var isAligned: Bool { !text.isEmpty && comment != nil && width <= Self.alignedWidth }

    private func text(column: Int) -> String {
        guard !text.isEmpty else { return comment.map { String(repeating: " ", count: indent) + $0 } ?? "" }
        let line = String(repeating: " ", count: indent) + text
        return comment.map { line + String(repeating: " ", count: column - width + 2) + $0 } ?? line
    }
}
