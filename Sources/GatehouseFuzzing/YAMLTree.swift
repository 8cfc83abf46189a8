import GatehousePolicy
import Yams

/// A YAML text as a tree of scalars, lists and mappings, whichever reader read it.
indirect enum YAMLTree: Equatable {
    case scalar(String, quoted: Bool)
    case list([YAMLTree])
    case mapping([Entry])

    struct Entry: Equatable {
        let key: String
        let value: YAMLTree
    }

    init(_ node: YAMLNode) {
        switch node.kind {
        case .scalar(let text, let quoted): self = .scalar(text, quoted: quoted)
        case .sequence(let items): self = .list(items.map { YAMLTree($0) })
        case .mapping(let entries): self = .mapping(entries.map { Entry(key: $0.key, value: YAMLTree($0.value)) })
        }
    }

    /// Nil for what no policy file may hold.
    init?(_ node: Node) {
        switch node {
        case .scalar(let scalar): self = .scalar(scalar.string, quoted: scalar.style != .plain)
        case .sequence(let items):
            let list = items.compactMap { YAMLTree($0) }
            guard list.count == items.count else { return nil }
            self = .list(list)
        case .mapping(let pairs):
            let entries = pairs.compactMap { pair in
                pair.key.scalar.flatMap { key in YAMLTree(pair.value).map { Entry(key: key.string, value: $0) } }
            }
            guard entries.count == pairs.count else { return nil }
            self = .mapping(entries)
        case .alias: return nil
        }
    }

    /// The tree in block style, every key quoted: what a formatter would write.
    func written(indent: Int = 0) -> String {
        let margin = String(repeating: " ", count: indent)
        switch self {
        // Indented: at the beginning of a line, `...` and `---` are no scalars but end a document.
        case .scalar(let text, quoted: false): return " " + text
        case .scalar(let text, quoted: true): return Self.quoted(text)
        case .list(let items) where items.isEmpty: return "[]"
        case .mapping(let entries) where entries.isEmpty: return "{}"
        case .list(let items): return items.map { "\(margin)-\($0.value(indent))" }.joined(separator: "\n")
        case .mapping(let entries):
            return entries.map { "\(margin)\(Self.quoted($0.key)):\($0.value.value(indent))" }.joined(separator: "\n")
        }
    }

    private func value(_ indent: Int) -> String {
        switch self {
        case .list(let items) where !items.isEmpty: "\n" + written(indent: indent + 1)
        case .mapping(let entries) where !entries.isEmpty: "\n" + written(indent: indent + 1)
        default: " " + written()
        }
    }

    private static func quoted(_ text: String) -> String {
        var bytes: [UInt8] = [0x22]
        for byte in text.utf8 { bytes += byte == 0x22 || byte == 0x5C ? [0x5C, byte] : [byte] }
        return String(decoding: bytes + [0x22], as: UTF8.self)
    }
}
