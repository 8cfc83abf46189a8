/// A valid value of a field, with the JSON that it was read from.
struct Sample<Value: Sendable>: Sendable {
    let value: Value
    let text: JSONValue
}

extension FieldReader {
    /// Up to two different values that keep the rules, found by trying. A field with a rare rule may have none.
    var samples: [Sample<Value>] {
        var found: [Sample<Value>] = []
        for text in shape.candidates where found.count < 2 {
            guard let value = try? decode(text, attachments: [BinaryAttachment([1]), BinaryAttachment([2])]) else { continue }
            if found.first?.text != text { found.append(Sample(value: value, text: text)) }
        }
        return found
    }
}

extension Shape {
    /// Values of the shape, some of which keep the usual rules.
    var candidates: [JSONValue] {
        switch self {
        case .any: [.string("a"), .string("b"), .integer(1), .integer(2), .bool(true), .array([]), .object(JSONObject())]
        case .bool: [.bool(false), .bool(true)]
        case .integer: Self.numbers.map { .integer($0) }
        case .number: Self.numbers.map { .integer($0) } + [.number(0.5), .number(0.25)]
        case .string: Self.texts.map { .string($0) }
        case .attachment: [0, 1].map { .object(["_placeholder": true, "num": .integer($0)]) }
        case .choice(let names): names.map { .string($0) }
        case .array(let item): Self.lists(item.candidates)
        case .map(let value): Self.maps(value.candidates)
        case .anyObject: [.object(JSONObject()), .object(["a": 1])]
        case .object(let object): object.candidates(tagged: nil)
        case .union(let union): union.forms.flatMap { $0.body.candidates(tagged: (union.discriminator, $0.tag)) }
        case .nullable(let shape): shape.candidates + [.null]
        case .constrained(let shape, _): shape.candidates
        }
    }

    private static let numbers: [Int64] = [
        1, 2, 3, 4, 5, 8, 10, 16, 20, 32, 50, 64, 100, 200, 256, 500, 1_000, 3_600, 10_000, 86_400, 1_000_000, 1_700_000_000, 0, -1, -2,
        -10, -100,
    ]

    private static let texts: [String] =
        [1, 2, 3, 4, 5, 6, 8, 12, 16, 26, 32, 64, 128].flatMap { [String(repeating: "a", count: $0), String(repeating: "b", count: $0)] }
        + [
            "A", "B", "AA", "BB", "AAA", "BBB", "1", "2", "10", "20", "100", "1000", "01ARZ3NDEKTSV4RRFFQ69G5FAV",
            "01ARZ3NDEKTSV4RRFFQ69G5FAW",
            "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "6ba7b811-9dad-41d1-80b4-00c04fd430c8", "6ba7b812-9dad-41d1-80b4-00c04fd430c8",
            "a@example.com", "b@example.com", "https://a.example", "https://b.example", "127.0.0.1", "127.0.0.2", "2026-01-01",
            "2026-01-02",
            "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "12:00:00", "13:00:00", "en", "de", "", "a b", "b a",
        ]

    private static func lists(_ items: [JSONValue]) -> [JSONValue] {
        let few = Array(items.prefix(4))
        return (0...few.count).map { .array(Array(few.prefix($0))) } + items.dropFirst(4).map { .array([$0]) }
    }

    private static func maps(_ values: [JSONValue]) -> [JSONValue] {
        [.object(JSONObject())] + values.map { .object(["a": $0]) }
    }
}

extension ObjectShape {
    /// How many objects stand around the one that is being made. A payload may contain itself: those within a few others are not tried.
    @TaskLocal private static var depth = 0
    private static let deepest = 4

    /// Objects of those fields that must be there; of the others too, if no field must.
    func candidates(tagged tag: (name: String, text: String)?) -> [JSONValue] {
        guard Self.depth < Self.deepest else { return [] }
        return Self.$depth.withValue(Self.depth + 1) { objects(tagged: tag) }
    }

    private func objects(tagged tag: (name: String, text: String)?) -> [JSONValue] {
        var first = JSONObject()
        var second = JSONObject()
        if let tag {
            first[tag.name] = .string(tag.text)
            second[tag.name] = .string(tag.text)
        }
        let fields = fields()
        let required = fields.filter(\.isRequired)
        for field in required.isEmpty ? Array(fields.prefix(1)) : required {
            let samples = field.samples()
            guard let one = samples.first else { return [] }
            first[field.name] = one
            second[field.name] = samples.last
        }
        return first == second ? [.object(first)] : [.object(first), .object(second)]
    }
}
