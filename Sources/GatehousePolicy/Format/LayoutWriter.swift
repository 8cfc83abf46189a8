/// Writes a tree and the comments around it, line by line.
///
/// Comments are taken from the front of their list whenever the next thing to be written stands behind them in the source. So none is lost,
/// none overtakes another, and each stays with its neighbour: one that began on the line of what stands before it goes behind that, any
/// other goes on a line of its own above what follows it, or at the end of the block that it is indented with.
struct LayoutWriter {
    private var comments: ArraySlice<YAMLComment>
    private(set) var lines: [LayoutLine] = []
    /// What the next line begins with instead of its indentation: the dashes of list items.
    private var dashes = ""
    /// The source line of what was written last.
    private var lastLine = 0
    /// Nothing has been written below the key that was written last, so no empty line is due.
    private var isFirstInBlock = true

    init(_ comments: [YAMLComment]) { self.comments = comments[...] }

    /// The whole file.
    mutating func write(_ root: YAMLNode) -> String {
        block(root, indent: 0, column: 1, end: nil)
        // Behind a root in brackets.
        for comment in comments { take(comment, 0) }
        return LayoutLine.text(of: lines)
    }

    // MARK: Nodes

    /// Writes a collection over several lines.
    /// - Parameters:
    ///   - column: comments that are indented at least so far belong to its end.
    ///   - end: where in the source something else begins; nil for the end of the file.
    private mutating func block(_ node: YAMLNode, indent: Int, column: Int, end: SourcePosition?) {
        switch node.kind {
        case .scalar: line(LayoutText.inline(node), indent, node)
        case .mapping(let entries):
            for (at, entry) in entries.enumerated() {
                self.entry(entry, indent: indent, end: at + 1 < entries.count ? entries[at + 1].keyPosition : end)
            }
        case .sequence(let items):
            for (at, item) in items.enumerated() {
                self.item(item, indent: indent, end: at + 1 < items.count ? items[at + 1].position : end)
            }
        }
        takeRest(of: node, indent: indent, column: column, end: end)
    }

    private mutating func entry(_ entry: YAMLEntry, indent: Int, end: SourcePosition?) {
        let key = LayoutText.key(entry.key) + ":"
        if let inline = inline(entry.value, room: LayoutText.width - indent - key.count - 1) {
            takeComments(before: entry.value.position, indent: indent)
            line(key + " " + inline, indent, entry.value, from: entry.keyPosition.line)
            return
        }
        takeComments(before: entry.keyPosition, indent: indent)
        line(key, indent, nil, from: entry.keyPosition.line)
        isFirstInBlock = true
        block(entry.value, indent: indent + 2, column: max(entry.value.position.column, entry.keyPosition.column + 1), end: end)
    }

    private mutating func item(_ item: YAMLNode, indent: Int, end: SourcePosition?) {
        takeComments(before: item.firstToken, indent: indent)
        if let inline = inline(item, room: LayoutText.width - indent - 2) { return line("- " + inline, indent, item) }
        if dashes.isEmpty { blankLine(before: item.firstToken.line) }
        dashes += "- "
        block(item, indent: indent + 2, column: item.position.column, end: end)
    }

    /// The text of a node that goes on one line: a scalar, however long it is, or what stood in brackets without a comment between them.
    private func inline(_ node: YAMLNode, room: Int) -> String? {
        let text = LayoutText.inline(node)
        switch node.kind {
        case .scalar: return text
        case .sequence(let items) where items.isEmpty: return text
        case .mapping(let entries) where entries.isEmpty: return text
        default: break
        }
        guard let closing = node.closingLine, text.count <= room else { return nil }
        return comments.contains { node.position < $0.position && $0.position.line < closing } ? nil : text
    }

    // MARK: Lines and comments

    /// - Parameters:
    ///   - node: the whole node that the line ends with, if it does.
    ///   - source: the source line that the line begins with, where that is not the node's.
    private mutating func line(_ text: String, _ indent: Int, _ node: YAMLNode?, from source: Int? = nil) {
        let start = source ?? node?.position.line ?? lastLine
        if dashes.isEmpty { blankLine(before: start) }
        lines.append(LayoutLine(indent: indent - dashes.count, text: dashes + text))
        dashes = ""
        lastLine = max(start, node?.closingLine ?? node?.position.line ?? start)
        isFirstInBlock = false
    }

    /// Keeps one empty line where the source has some.
    private mutating func blankLine(before source: Int) {
        if source - lastLine > 1, !isFirstInBlock { lines.append(.blank) }
        isFirstInBlock = true
    }

    /// Writes the comments that stand before a place.
    private mutating func takeComments(before place: SourcePosition, indent: Int) {
        while let comment = comments.first, comment.position < place { take(comment, indent) }
    }

    /// What stands behind the last part of a block and still belongs to it.
    private mutating func takeRest(of node: YAMLNode, indent: Int, column: Int, end: SourcePosition?) {
        while let comment = comments.first, end.map({ comment.position < $0 }) ?? true {
            let place = comment.position
            let isInside =
                if let closing = node.closingLine { place.line < closing } else { place.line == lastLine || place.column >= column }
            guard isInside else { break }
            take(comment, indent)
        }
        if let closing = node.closingLine { lastLine = max(lastLine, closing) }
    }

    private mutating func take(_ comment: YAMLComment, _ indent: Int) {
        comments.removeFirst()
        if comment.position.line == lastLine, dashes.isEmpty, let last = lines.last, last.comment == nil, !last.text.isEmpty {
            lines[lines.count - 1].comment = comment.text
            return
        }
        blankLine(before: comment.position.line)
        lines.append(LayoutLine(indent: indent - dashes.count, comment: comment.text))
        lastLine = comment.position.line
        isFirstInBlock = false
    }
}

extension YAMLNode {
    /// Where the first key or scalar of a node stands.
    fileprivate var firstToken: SourcePosition {
        switch kind {
        case .sequence(let items) where closingLine == nil: items.first?.firstToken ?? position
        default: position
        }
    }
}
