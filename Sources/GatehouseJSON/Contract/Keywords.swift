/// What JSON Schema says of the constraints of one value, and what it has no keyword for.
package struct Keywords: Sendable, Equatable {
    /// The keywords, such as `minLength`. Texts are counted in Unicode scalars, by JSON Schema as by ``Constraint``.
    package private(set) var members = JSONObject()
    /// The constraints that the keywords do not tell, or not whole.
    package private(set) var notes: [ConstraintNote] = []

    package init() {}

    package init(_ members: JSONObject, notes: [ConstraintNote] = []) {
        self.members = members
        self.notes = notes
    }

    package var isEmpty: Bool { members.isEmpty && notes.isEmpty }

    /// Adds keywords beside those that are there: the narrower bound counts; what cannot be one keyword becomes a part of `allOf`.
    package mutating func add(_ words: JSONObject) {
        var rest = JSONObject()
        for (key, value) in words.members {
            if let present = members[key] {
                if let bound = Self.narrower(key, present, value) { members[key] = bound } else { rest[key] = value }
            } else {
                members[key] = value
            }
        }
        guard !rest.isEmpty else { return }
        members["allOf"] = .array((members["allOf"]?.arrayValue ?? []) + [.object(rest)])
    }

    /// Adds a constraint that has no keyword; the same one once.
    mutating func add(_ note: ConstraintNote) {
        if !notes.contains(note) { notes.append(note) }
    }

    mutating func add(_ other: Keywords) {
        add(other.members)
        for note in other.notes { add(note) }
    }

    /// Keywords and notes as members of a schema.
    package var schema: JSONObject {
        var schema = members
        if !notes.isEmpty { schema[ConstraintNote.keyword] = .array(notes.map(\.json)) }
        return schema
    }

    private static func narrower(_ key: String, _ one: JSONValue, _ other: JSONValue) -> JSONValue? {
        if one == other { return one }
        guard let first = one.doubleValue, let second = other.doubleValue else { return nil }
        switch key {
        case "minLength", "minItems", "minProperties", "minimum", "exclusiveMinimum": return first < second ? other : one
        case "maxLength", "maxItems", "maxProperties", "maximum", "exclusiveMaximum": return first < second ? one : other
        default: return nil
        }
    }
}

/// A constraint without a keyword: what violations call it, and what it says.
package struct ConstraintNote: Sendable, Equatable {
    /// The member of a schema that lists such constraints.
    package static let keyword = "x-gatehouse-constraint"

    /// The key that violations carry.
    package let key: String
    /// The rule in words.
    package let text: String
    /// The field that is blamed, for a rule over several fields.
    package var field: String?

    package init(_ key: String, _ text: String, field: String? = nil) {
        self.key = key
        self.text = text
        self.field = field
    }

    var json: JSONValue {
        var json: JSONObject = ["key": .string(key), "text": .string(text)]
        if let field { json["field"] = .string(field) }
        return .object(json)
    }
}
