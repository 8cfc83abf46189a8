/// A value with items or members that can be counted.
public protocol CountedFieldValue {}
extension Array: CountedFieldValue where Element: FieldValue {}
extension Dictionary: CountedFieldValue where Key == String, Value: FieldValue {}

extension Constraint where Value: CountedFieldValue {
    /// How many items.
    public static func count(_ bounds: ClosedRange<Int>) -> Constraint {
        let text = "\(bounds.lowerBound) to \(bounds.upperBound)"
        return count(bounds, "must have \(text) items", limitText: text)
    }

    /// At most so many items.
    public static func count(_ bounds: PartialRangeThrough<Int>) -> Constraint {
        // Not `0...n`, which traps for a negative bound before it can be reported.
        let high = bounds.upperBound
        return count(Swift.min(0, high)...high, "must have at most \(high) items", limitText: String(high))
    }

    /// At least so many items; another constraint must give the upper bound.
    public static func count(_ bounds: PartialRangeFrom<Int>) -> Constraint {
        count(bounds.lowerBound...Int.max, "must have at least \(bounds.lowerBound) items", limitText: String(bounds.lowerBound))
    }

    private static func count(_ bounds: ClosedRange<Int>, _ predicate: String, limitText: String) -> Constraint {
        Constraint(
            .count(bounds),
            [
                Face("arrayMinSize", predicate, limit: bounds.lowerBound.limit, limitText: limitText),
                Face("arrayMaxSize", predicate, limit: bounds.upperBound.limit, limitText: limitText),
            ],
            problem: bounds.lowerBound < 0 ? "a count is negative" : nil
        ).said(by: words(bounds))
    }

    /// One item or more; another constraint must give the upper bound.
    public static var notEmpty: Constraint {
        let face = Face("arrayNotEmpty", "must not be empty")
        return Constraint(.count(1...Int.max), [face, face]).said(by: words(1...Int.max))
    }

    /// As arrays have them; a map has the same of its members.
    private static func words(_ bounds: ClosedRange<Int>) -> JSONObject {
        var words = JSONObject()
        if bounds.lowerBound > 0 { words["minItems"] = bounds.lowerBound.limit }
        if bounds.upperBound != .max { words["maxItems"] = bounds.upperBound.limit }
        return words
    }
}

extension Constraint {
    /// Rules for every item.
    public static func each<Item: FieldValue>(_ constraints: Constraint<Item.Checked>...) -> Constraint where Value == [Item] {
        Constraint(.items(constraints))
    }

    /// No item twice; the violation names the second one.
    public static func unique<Item: Hashable & Sendable>() -> Constraint where Value == [Item] {
        // Items of other types may be equal where their JSON is not.
        let isSame = Item.self == String.self || Item.self == Bool.self || Item.self == Int.self || Item.self is any PayloadEnum.Type
        return unique { $0 }.said(by: ["uniqueItems": true], exactly: isSame)
    }

    /// No item with the same key twice; the violation names the second one.
    public static func unique<Item: Sendable, Key: Hashable & Sendable>(
        by key: @escaping @Sendable (Item) -> Key
    ) -> Constraint where Value == [Item] {
        Constraint(
            .item { items in
                var seen = Set<Key>(minimumCapacity: items.count)
                return items.firstIndex { !seen.insert(key($0)).inserted }
            },
            [Face("arrayUnique", "must have no repeated items")]
        )
    }

    /// An item that must be there.
    public static func includes<Item: Equatable & Sendable>(_ item: Item) -> Constraint where Value == [Item] {
        check(Face("arrayContains", "must include \(item)")) { $0.contains(item) }
            .said(by: JSONValue(comparable: item).map { ["contains": ["const": $0]] })
    }

    /// An item that must not be there; the violation names it.
    public static func omits<Item: Equatable & Sendable>(_ item: Item) -> Constraint where Value == [Item] {
        Constraint(.item { $0.firstIndex(of: item) }, [Face("arrayNotContains", "must not include \(item)")])
            .said(by: JSONValue(comparable: item).map { ["not": ["contains": ["const": $0]]] })
    }

    /// Rules for every key of a map; one of them must bound its length.
    public static func keys<Item: FieldValue>(_ constraints: Constraint<String>...) -> Constraint where Value == [String: Item] {
        Constraint(.keys(constraints), problem: constraints.problems().first)
    }

    /// Rules for every value of a map.
    public static func values<Item: FieldValue>(_ constraints: Constraint<Item.Checked>...) -> Constraint where Value == [String: Item] {
        Constraint(.items(constraints))
    }
}

/// A value that is an object with any members.
public protocol ObjectFieldValue {
    /// Whether there is no member.
    var isEmpty: Bool { get }
}
extension JSONObject: ObjectFieldValue {}
extension Dictionary: ObjectFieldValue where Key == String, Value: FieldValue {}

extension Constraint where Value: ObjectFieldValue {
    /// One member or more.
    public static var notEmptyObject: Constraint {
        check(Face("isNotEmptyObject", "must have a member")) { !$0.isEmpty }.said(by: ["minProperties": 1])
    }
}
