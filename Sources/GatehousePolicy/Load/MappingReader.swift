import GatehouseJSON

/// Reads the members of one mapping against a typed schema: each is taken by name, and what is left over is unknown (POL-20).
struct MappingReader {
    let entries: [YAMLEntry]
    let position: SourcePosition
    let name: String
    let diagnostics: Diagnostics
    private var taken: Set<String> = []

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

    mutating func required(_ key: String, _ example: String) -> YAMLNode? {
        if let node = take(key) { return node }
        diagnostics.report(.missingKey, at: position, "'\(name)' has no '\(key)': add one, such as '\(key): \(example)'")
        return nil
    }

    /// A nested mapping.
    mutating func mapping(_ key: String) -> MappingReader? {
        take(key).flatMap { MappingReader($0, key, diagnostics) }
    }

    /// Tells the members that nobody took. To be called last.
    func finish() {
        for entry in entries where !taken.contains(entry.key) {
            let known = taken.sorted()
            let close = known.first { Self.isClose($0, entry.key) }
            let hint = (close.map { "did you mean '\($0)'? " } ?? "") + "known here: \(known.joined(separator: ", "))"
            diagnostics.report(.unknownKey, at: entry.keyPosition, "'\(entry.key.prefix(64))' is not a member of '\(name)'; \(hint)")
        }
    }

    /// Whether two keys differ by one letter, a swap of two, or letter case.
    private static func isClose(_ known: String, _ given: String) -> Bool {
        let left = Array(known.lowercased().utf8), right = Array(given.lowercased().utf8)
        guard left != right else { return true }
        guard abs(left.count - right.count) <= 1, left.count > 2 else { return false }
        var start = 0
        while start < min(left.count, right.count), left[start] == right[start] { start += 1 }
        var end = 0
        while end < min(left.count, right.count) - start, left[left.count - 1 - end] == right[right.count - 1 - end] { end += 1 }
        let leftRest = left[start..<(left.count - end)], rightRest = right[start..<(right.count - end)]
        return max(leftRest.count, rightRest.count) <= 1 || (leftRest.count == 2 && rightRest.elementsEqual(leftRest.reversed()))
    }
}
