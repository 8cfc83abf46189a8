import GatehouseJSON
import GatehouseNetwork

/// Lists. Nothing here may be empty: an empty `any_of` would be read as "any" by one person and as "none" by another.
extension MappingReader {
    /// The items of a list of at least one.
    func items(_ node: YAMLNode, _ key: String, orSingle: Bool = false, mayBeEmpty: Bool = false) -> [YAMLNode]? {
        switch node.kind {
        case .sequence(let items):
            if items.isEmpty, !mayBeEmpty {
                diagnostics.report(.value, at: node.position, "'\(key)' is an empty list: name something, or remove the key")
                return nil
            }
            if items.count > 4_096 {
                diagnostics.report(.tooLarge, at: node.position, "'\(key)' has more than 4096 items")
                return nil
            }
            return items
        case .scalar where orSingle: return [node]
        default:
            diagnostics.report(.type, at: node.position, "'\(key)' is \(node.kindName); a list such as [a, b] is due")
            return nil
        }
    }

    mutating func texts(_ key: String, orSingle: Bool = false, mayBeEmpty: Bool = false) -> [String]? {
        guard let node = take(key), let items = items(node, key, orSingle: orSingle, mayBeEmpty: mayBeEmpty) else { return nil }
        var seen: Set<String> = []
        var result: [String] = []
        for item in items {
            guard let text = text(item, key) else { continue }
            guard seen.insert(text).inserted else {
                diagnostics.report(.value, at: item.position, "'\(text)' is listed twice in '\(key)': remove one")
                continue
            }
            result.append(text)
        }
        return result
    }

    mutating func blocks(_ key: String, mayBeEmpty: Bool = false) -> [CIDR]? {
        guard let node = take(key), let items = items(node, key, mayBeEmpty: mayBeEmpty) else { return nil }
        return items.compactMap { item in
            guard let text = text(item, key) else { return nil }
            if let block = CIDR(text) { return block }
            diagnostics.report(
                .value, at: item.position,
                "'\(text)' is not an address block such as 10.0.0.0/8 or 2001:db8::/32, with zeros after its prefix")
            return nil
        }
    }

    mutating func choices<Value: RawRepresentable & CaseIterable>(_ key: String, _: Value.Type, orSingle: Bool = false) -> [Value]?
    where Value.RawValue == String {
        guard let node = take(key), let items = items(node, key, orSingle: orSingle) else { return nil }
        return items.compactMap { item in
            if case .scalar(let text, _) = item.kind, let value = Value(rawValue: text) { return value }
            let all = Value.allCases.map(\.rawValue).joined(separator: ", ")
            diagnostics.report(.value, at: item.position, "'\(key)' lists some of: \(all)")
            return nil
        }
    }

    mutating func patterns(_ key: String, _ kind: NamePattern.Kind) -> [NamePattern]? {
        guard let node = take(key), let items = items(node, key, orSingle: true) else { return nil }
        return items.compactMap { pattern($0, key, kind) }
    }

    private func pattern(_ item: YAMLNode, _ key: String, _ kind: NamePattern.Kind) -> NamePattern? {
        guard let text = text(item, key) else { return nil }
        do throws(NamePattern.Mistake) {
            return try NamePattern(parsing: text, kind)
        } catch {
            diagnostics.report(.value, at: item.position, "'\(key)': \(error.message)")
            return nil
        }
    }

    /// Patterns of namespaces, of which one may be the root, `/`: it has no segments, so no pattern is it.
    mutating func namespaces(_ key: String) -> (patterns: [NamePattern], hasRoot: Bool) {
        guard let node = take(key), let items = items(node, key, orSingle: true) else { return ([], false) }
        var hasRoot = false
        let patterns = items.compactMap { item in
            guard case .scalar("/", _) = item.kind else { return pattern(item, key, .namespace) }
            hasRoot = true
            return nil
        }
        return (patterns, hasRoot)
    }
}
