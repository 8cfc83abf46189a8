import GatehouseJSON

/// Reads the members of one mapping against a typed schema: each is taken by name, and the remaining ones are unknown (POL-20).
struct MappingReader {
    let entries: [YAMLEntry]
    let position: SourcePosition
    let name: String
    let diagnostics: Diagnostics
    private var taken: Set<String> = []
    /// Members that are read, and that nobody is offered.
    private var hidden: Set<String> = []

    /// - Returns: nil, told to `diagnostics`, if the node is no mapping.
    init?(_ node: YAMLNode, _ name: String, _ diagnostics: Diagnostics) {
        guard case .mapping(let entries) = node.kind else {
            diagnostics.report(.type, at: node.position, "'\(name)' is \(node.kindName); a mapping of 'key: value' is due")
            return nil
        }
        self.entries = entries
        self.name = name
        self.diagnostics = diagnostics
        position = node.position
    }

    /// The value of a member; each is taken once.
    mutating func take(_ key: String) -> YAMLNode? {
        taken.insert(key)
        return entries.first { $0.key == key }?.value
    }

    /// The value of a member that this version does not enforce: it is refused later with its reason, and never offered as a correction.
    mutating func takeUnenforced(_ key: String) -> YAMLNode? {
        hide(key)
        return take(key)
    }

    /// Offers a member to nobody.
    mutating func hide(_ key: String) { hidden.insert(key) }

    mutating func required(_ key: String, _ example: String) -> YAMLNode? {
        if let node = take(key) { return node }
        diagnostics.report(.missingKey, at: position, "'\(name)' has no '\(key)': add one, such as '\(key): \(example)'")
        return nil
    }

    /// A nested mapping.
    mutating func mapping(_ key: String) -> MappingReader? {
        take(key).flatMap { MappingReader($0, key, diagnostics) }
    }

    /// Reports the remaining members. Call it last.
    func finish() {
        for entry in entries where !taken.contains(entry.key) {
            let known = taken.subtracting(hidden).sorted()
            let close = known.first { KeyLikeness.isClose($0, entry.key) }
            let hints = [close.map { "did you mean '\($0)'?" }, known.isEmpty ? nil : "known here: \(known.joined(separator: ", "))"]
            let hint = hints.compactMap { $0 }.joined(separator: " ")
            diagnostics.report(
                .unknownKey, at: entry.keyPosition,
                "'\(entry.key.prefix(64))' is not a member of '\(name)'; \(hint.isEmpty ? "remove it" : hint)")
        }
    }
}
