/// A node of a policy file: every scalar is kept as text, with the place where it starts.
struct YAMLNode: Sendable {
    enum Kind: Sendable {
        case scalar(String, quoted: Bool)
        case sequence([YAMLNode])
        case mapping([YAMLEntry])
    }

    let kind: Kind
    let position: SourcePosition
}

/// A key of a mapping with its value.
struct YAMLEntry: Sendable {
    let key: String
    let keyPosition: SourcePosition
    let value: YAMLNode
}

extension YAMLNode {
    /// The keys of a mapping; none for anything else.
    var keys: [String] {
        if case .mapping(let entries) = kind { entries.map(\.key) } else { [] }
    }

    /// What a person would call it.
    var kindName: String {
        switch kind {
        case .scalar: "a scalar"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}
