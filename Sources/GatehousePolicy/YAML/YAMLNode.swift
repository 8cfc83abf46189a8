/// A node of a policy file: every scalar is kept as text, with the place where it starts.
package struct YAMLNode: Sendable {
    package enum Kind: Sendable {
        case scalar(String, quoted: Bool)
        case sequence([YAMLNode])
        case mapping([YAMLEntry])
    }

    package let kind: Kind
    package let position: SourcePosition
    /// Of a collection in brackets: the line that its closing bracket is on. Nil for anything else.
    var closingLine: Int?
}

/// A comment of a policy file.
struct YAMLComment: Sendable {
    /// With its `#`, without spaces at its end.
    let text: String
    let position: SourcePosition
}

/// A key of a mapping with its value.
package struct YAMLEntry: Sendable {
    package let key: String
    package let keyPosition: SourcePosition
    package let value: YAMLNode
}

extension YAMLNode {
    /// The keys of a mapping; none for anything else.
    var keys: [String] {
        if case .mapping(let entries) = kind { entries.map(\.key) } else { [] }
    }

    /// Its name for people.
    package var kindName: String {
        switch kind {
        case .scalar: "a scalar"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}
