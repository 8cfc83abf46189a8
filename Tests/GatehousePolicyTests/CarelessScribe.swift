import GatehouseTestSupport

@testable import GatehousePolicy

/// Writes a policy as somebody might who does not care how it looks: indentation, brackets, quotes, empty lines and comments by chance.
struct CarelessScribe {
    var random: SeededRandom
    private var count = 0

    init(random: SeededRandom) { self.random = random }

    mutating func write(_ text: String) -> String {
        guard let root = YAMLReader.read(Array(text.utf8), file: "", diagnostics: Diagnostics()) else { return "" }
        return note(0) + block(root, 0) + note(0)
    }

    private mutating func note(_ indent: Int) -> String {
        var text = ""
        while random.chance(20) {
            text += random.chance(40) ? "\n" : spaces(random.chance(70) ? indent : Int.random(in: 0...9, using: &random)) + comment() + "\n"
        }
        return text
    }

    private mutating func comment() -> String {
        count += 1
        return random.pick(["# note \(count)", "#note \(count)", "#\(count): [a, { b", "# \"\(count)\"   "])
    }

    private func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }
    private mutating func end() -> String { (random.chance(15) ? "  " + comment() : random.chance(10) ? "  " : "") + "\n" }

    private mutating func block(_ node: YAMLNode, _ indent: Int) -> String {
        var text = ""
        switch node.kind {
        case .scalar: return spaces(indent) + flow(node, indent) + end()
        case .mapping(let entries):
            for entry in entries { text += note(indent) + spaces(indent) + key(entry.key) + ":" + value(entry.value, indent) }
        case .sequence(let items):
            for item in items {
                text += note(indent) + spaces(indent) + "-"
                if case .scalar = item.kind {
                    text += " " + flow(item, indent) + end()
                } else if random.chance(50) || isEmpty(item) {
                    text += " " + flow(item, indent + 2) + end()
                } else {
                    // The first line of the item goes on the line of its dash.
                    let width = Int.random(in: 1...3, using: &random)
                    let inner = block(item, indent + 1 + width)
                    let lines = inner.split(separator: "\n", omittingEmptySubsequences: false)
                    if let first = lines.first,
                        !first.hasPrefix(spaces(indent + 1 + width)) || first.drop(while: { $0 == " " }).hasPrefix("#")
                    {
                        text += end() + inner
                    } else {
                        text += inner.dropFirst(indent + 1)
                    }
                }
            }
        }
        return text
    }

    private func isEmpty(_ node: YAMLNode) -> Bool {
        switch node.kind {
        case .scalar: false
        case .mapping(let entries): entries.isEmpty
        case .sequence(let items): items.isEmpty
        }
    }

    private mutating func value(_ node: YAMLNode, _ indent: Int) -> String {
        let isScalar = if case .scalar = node.kind { true } else { false }
        if isScalar || isEmpty(node) || random.chance(50) {
            if random.chance(10) { return end() + note(indent + 2) + spaces(indent + 2) + flow(node, indent + 2) + end() }
            return spaces(Int.random(in: 1...3, using: &random)) + flow(node, indent + 2) + end()
        }
        var inner = indent + Int.random(in: 1...4, using: &random)
        if case .sequence = node.kind, random.chance(30) { inner = indent }
        return end() + block(node, inner)
    }

    private mutating func flow(_ node: YAMLNode, _ indent: Int) -> String {
        func gap() -> String {
            guard random.chance(12) else { return random.chance(50) ? " " : "" }
            return (random.chance(40) ? " " + comment() : "") + "\n" + (random.chance(10) ? "\n" : "") + spaces(indent + 1)
        }
        switch node.kind {
        case .scalar(let text, let quoted):
            guard quoted else { return text }
            return random.chance(50) ? "'" + text.replacing("'", with: "''") + "'" : LayoutText.inline(node)
        case .sequence(let items):
            var text = "["
            for (at, item) in items.enumerated() {
                text += gap() + flow(item, indent + 1)
                text += gap() + (at + 1 < items.count || random.chance(20) ? "," : "")
            }
            return text + gap() + "]"
        case .mapping(let entries):
            var text = "{"
            for (at, entry) in entries.enumerated() {
                text += gap() + key(entry.key) + ": " + flow(entry.value, indent + 1)
                text += gap() + (at + 1 < entries.count || random.chance(20) ? "," : "")
            }
            return text + gap() + "}"
        }
    }

    private mutating func key(_ key: String) -> String {
        random.chance(10) ? "'" + key.replacing("'", with: "''") + "'" : LayoutText.key(key)
    }
}
