import Testing

@testable import GatehouseJSON

/// What contracts say of constraints.
@Suite("MDL-40: constraints become keywords of JSON Schema") struct JSONSchemaTests {
    private static func schema<Value: FieldValue>(_ type: Value.Type, _ constraints: Constraint<Value.Checked>...) -> String {
        let shape = Value.reader(constraints).wireShape
        var payloads = PayloadTable()
        payloads.add(shape, .received)
        return JSONValue.object(JSONSchemaWriter(payloads, root: "#/$defs/", draft: .draft2020).schema(shape, .received)).serialized
    }

    @Test("A constraint has its keyword", arguments: keywords)
    func keyword(schema: String, expected: String) { #expect(schema == expected) }

    private static let keywords: [(String, String)] = [
        (schema(String.self, .length(1...64)), #"{"type":"string","minLength":1,"maxLength":64}"#),
        (schema(String.self, .minLength(2), .maxLength(8)), #"{"type":"string","minLength":2,"maxLength":8}"#),
        (schema(String.self, .notEmpty, .length(...5), .length(0...3)), #"{"type":"string","minLength":1,"maxLength":3}"#),
        (schema(String.self, .slug), #"{"type":"string","pattern":"^[a-z0-9]+(?:[-_][a-z0-9]+)*$"}"#),
        (
            schema(String.self, .alpha, .contains("a.b")),
            #"{"type":"string","pattern":"^[A-Za-z]+$","allOf":[{"pattern":"a\\.b"}]}"#
        ),
        (schema(String.self, .excludes("x")), #"{"type":"string","not":{"pattern":"x"}}"#),
        (schema(String.self, .oneOf("a", "b")), #"{"type":"string","enum":["a","b"]}"#),
        (schema(String.self, .equals("a")), #"{"type":"string","const":"a"}"#),
        (schema(String.self, .ip(4)), #"{"type":"string","format":"ipv4"}"#),
        (schema(Int.self, .range(0...5)), #"{"type":"integer","format":"int64","minimum":0,"maximum":5}"#),
        (schema(Int.self, .positive, .multiple(of: 3)), #"{"type":"integer","format":"int64","exclusiveMinimum":0,"multipleOf":3}"#),
        (schema(UInt.self, .max(9)), #"{"type":"integer","format":"uint64","minimum":0,"maximum":9}"#),
        (schema(Double.self, .negative), #"{"type":"number","format":"double","exclusiveMaximum":0}"#),
        (schema(ExactDecimal.self, .min(ExactDecimal("19.90") ?? .zero)), #"{"type":"number","format":"decimal","minimum":19.9}"#),
        (schema(Int?.self, .min(1)), #"{"anyOf":[{"type":"integer","format":"int64","minimum":1},{"type":"null"}]}"#),
        (
            schema([String].self, .count(1...3), .unique(), .each(.notEmpty)),
            #"{"type":"array","items":{"type":"string","minLength":1},"minItems":1,"maxItems":3,"uniqueItems":true}"#
        ),
        (
            schema([Int].self, .count(...2), .includes(4)),
            #"{"type":"array","items":{"type":"integer","format":"int64"},"maxItems":2,"contains":{"const":4}}"#
        ),
        (
            schema([String: Bool].self, .count(1...3), .keys(.length(1...8))),
            #"{"type":"object","additionalProperties":{"type":"boolean"},"minProperties":1,"maxProperties":3,"propertyNames":{"minLength":1,"maxLength":8}}"#
        ),
        (schema(Color.self), #"{"type":"string","enum":["red","green"]}"#),
        (schema(Instant.self), #"{"type":"string","format":"date-time"}"#),
        (schema(JSONObject.self, .notEmptyObject), #"{"type":"object","minProperties":1}"#),
        (schema(Item.self), ##"{"$ref":"#/$defs/Item"}"##),
    ]

    @Test("A constraint without a keyword is named, with its text", arguments: notes)
    func note(schema: String, expected: String) { #expect(schema == expected) }

    private static let notes: [(String, String)] = [
        (
            schema(String.self, .custom("isProduct", "must be a product") { _ in true }),
            #"{"type":"string","x-gatehouse-constraint":[{"key":"isProduct","text":"must be a product"}]}"#
        ),
        (
            schema(String.self, .trim, .length(...5)),
            #"{"type":"string","x-gatehouse-constraint":[{"key":"maxLength","text":"must have at most 5 characters (after white space was taken away or normalised)"}]}"#
        ),
        (
            schema(Int.self, Constraint.max(5).when { $0.has("other") }),
            #"{"type":"integer","format":"int64","x-gatehouse-constraint":[{"key":"max","text":"must be at most 5 (under a condition on the fields beside it)"}]}"#
        ),
        (
            schema(String.self, .byteLength(0...9)),
            #"{"type":"string","maxLength":9,"x-gatehouse-constraint":[{"key":"isByteLength","text":"must have 0 to 9 bytes"}]}"#
        ),
        (
            schema(ExactDecimal.self, .max(ExactDecimal("12345678901234567890.5") ?? .zero)),
            #"{"type":"number","format":"decimal","x-gatehouse-constraint":[{"key":"max","text":"must be at most 12345678901234567890.5"}]}"#
        ),
    ]

    @Test("A text that a pipe reads is a string, with the rule that the pipe names")
    func parsed() {
        let list = ArgumentList(EventArgument<Int>("page", parsing: ParseInt(1...9)))
        let schema = JSONSchemaWriter(PayloadTable(), root: "#/$defs/", draft: .draft2020).arguments(list.shapes, .received)
        #expect(
            JSONValue.object(schema).serialized
                == #"{"type":"array","minItems":1,"maxItems":1,"prefixItems":[{"type":"string","x-gatehouse-constraint":[{"key":"isInt","text":"must be an integer"}],"title":"page"}],"items":false}"#
        )
    }

    @Test(
        "A pattern means the same in ECMA 262",
        arguments: [
            ("[A-Z]{2}-[0-9]{4,6}", "^(?:[A-Z]{2}-[0-9]{4,6})$", ["AB-1234", "AB-123", "xAB-1234"]),
            (".+", "^(?:[\\s\\S]+)$", ["a\nb", "", "\u{1F600}"]),
            ("a\\s\\d\\w", "^(?:a[\\x09-\\x0D\\x20][0-9][A-Za-z0-9_])$", ["a 1_", "a\u{A0}1_", "a \u{661}x"]),
            ("(a|b\\.)*", "^(?:(?:a|b\\.)*)$", ["ab.a", "abx", ""]),
            ("[]^a-c-]+", "^(?:[\\]\\^a-c\\-]+)$", ["]^b-", "d", "a"]),
            ("[^\"\\s]+", "^(?:[^\"\\x09-\\x0D\\x20]+)$", ["é", "a b", "a"]),
            ("a{2}{3}", "^(?:(?:a{2}){3})$", ["aaaaaa", "aa", "aaaaa"]),
            ("\\_\\/\\$", "^(?:_\\/\\$)$", ["_/$", "_/"]),
        ] as [(String, String, [String])])
    func pattern(text: String, expected: String, texts: [String]) {
        let pattern = Pattern("p", text)
        #expect(pattern.problem == nil && pattern.ecma == expected)
        for text in texts { #expect(ReferenceSchema.matches(text, expected) == pattern.matches(text), "\(text)") }
    }

    @Test("A payload with a default has a form for each way; names stay unique")
    func directions() {
        var payloads = PayloadTable(reserved: ["Item"])
        for direction in PayloadDirection.allCases { payloads.add(Order.reader([]).wireShape, direction) }
        #expect(payloads.definitions.map(\.name) == ["Item2", "Order", "OrderSent"])
        let definitions = JSONSchemaWriter(payloads, root: "#/", draft: .draft7).definitions
        #expect(definitions["Order"]?["required"] == ["items", "tags", "prices"])
        #expect(definitions["OrderSent"]?["required"] == ["items", "tags", "prices", "count"])
        #expect(definitions["Order"]?["properties"]?["count"]?["default"] == 1)
        #expect(definitions["Order"]?["additionalProperties"] == false)
    }
}
