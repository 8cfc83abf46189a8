/// A rule for the value of a field, such as `.length(1...64)`.
///
/// Constraints that do not fit the field's type do not compile; bounds that make no sense are found when the schema is registered. Every
/// constraint sees the value as it was received: nothing is trimmed or normalised unless a step such as `.trim` comes in the same field.
public struct Constraint<Value: Sendable>: Sendable {
    enum Body: Sendable {
        /// On the UTF-8 of a string; gives the face that is broken.
        case bytes(@Sendable (RawSpan) -> Int?)
        case value(@Sendable (Value) -> Int?)
        /// Gives the index of an item that breaks the rule.
        case item(@Sendable (Value) -> Int?)
        /// How many items or members; the first face is for too few, the second for too many.
        case count(ClosedRange<Int>)
        /// Changes the value before every check, in the order written.
        case step(@Sendable (Value) -> Value)
        /// Rules of an array's items or a map's values: `[Constraint<Element.Checked>]`.
        case items(any Sendable)
        /// Rules of a map's keys.
        case keys([Constraint<String>])
    }

    let body: Body
    var faces: [Face]
    /// The most items that the constraint admits.
    var upperBound: Int?
    /// What makes no sense about it; reported at registration.
    var problem: String?
    var override: String?
    var condition: (@Sendable (Siblings) -> Bool)?
    /// The keywords of JSON Schema for it; nil if there are none.
    var words: JSONObject?
    /// Whether the keywords say all of it.
    var isSaidExactly = true

    init(_ body: Body, _ faces: [Face] = [], upperBound: Int? = nil, problem: String? = nil) {
        self.body = body
        self.faces = faces
        self.upperBound = upperBound
        self.problem = problem
    }

    /// A rule with one way of being broken.
    static func check(_ face: Face, problem: String? = nil, _ holds: @escaping @Sendable (Value) -> Bool) -> Constraint {
        Constraint(.value { holds($0) ? nil : 0 }, [face], problem: problem)
    }

    /// A rule of your own.
    /// - Parameters:
    ///   - key: the name that clients switch on; keep it for good.
    ///   - predicate: what is appended to the path: `"must be a known product"`.
    ///   - holds: whether a value keeps the rule. Called on an event loop: no blocking, no waiting.
    public static func custom(_ key: String, _ predicate: String, _ holds: @escaping @Sendable (Value) -> Bool) -> Constraint {
        check(Face(key, predicate), problem: key.isEmpty ? "a constraint needs a key" : nil, holds)
    }

    /// The same rule with its own text; `{path}` and `{limit}` are filled in.
    public func message(_ text: String) -> Constraint {
        var copy = self
        copy.override = text
        copy.problem = problem ?? MessageTemplate.problem(text)
        return copy
    }

    /// The same rule, checked only where a condition on the fields beside it holds. Not for steps such as `.trim`, nor for `.each`, `.keys`
    /// and `.values`: put it on the rules for the items.
    public func when(_ condition: @escaping @Sendable (Siblings) -> Bool) -> Constraint {
        var copy = self
        copy.condition = condition
        switch body {
        case .step, .items, .keys: copy.problem = problem ?? "when() goes on a rule that is checked, not on a step or on rules for items"
        case .bytes, .value, .item, .count: break
        }
        return copy
    }
}
