import GatehouseJSON
import Testing

@Suite("MDL-11: fields in the order of the initialiser")
struct FieldOrderTests {
    struct Pair: Sendable {
        var first: String
        var second: String
    }

    struct Mixed: Sendable {
        var name: String
        var flag: Bool?
        var other: Bool?
        var item: Item
        var last: Item
        var cover: BinaryAttachment
        var back: BinaryAttachment
        var low: Int
        var high: Int
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let fields: [String]
        let problems: @Sendable () -> [SchemaProblem]

        init(_ name: String, _ fields: [String], _ problems: @escaping @Sendable () -> [SchemaProblem]) {
            (testDescription, self.fields, self.problems) = (name, fields, problems)
        }
    }

    static let mistakes = [
        Case("fields exchanged", ["second", "first"]) {
            Schema(Field("second", \.second), Field("first", \.first), make: Pair.init).problems()
        },
        Case("key paths exchanged", ["first", "second"]) {
            Schema(Field("first", \.second), Field("second", \.first), make: Pair.init).problems()
        },
        Case("parameters exchanged by a closure", ["first", "second"]) {
            Schema(Field("first", \.first), Field("second", \.second), make: { Pair(first: $1, second: $0) }).problems()
        },
        Case("one key path twice", ["second"]) {
            Schema(Field("first", \.first), Field("second", \.first), make: Pair.init).problems()
        },
        Case("fields with rules exchanged", ["second", "first"]) {
            Schema(Field("second", \.second, .email), Field("first", \.first, .uuid()), make: Pair.init).problems()
        },
        Case("rules that no sample keeps", ["first"]) {
            let rare = Constraint<String>.custom("isRare", "must be rare") { $0 == "needle in a haystack" }
            return Schema(Field("second", \.second, rare), Field("first", \.first), make: Pair.init).problems()
        },
        Case("optionals, payloads, attachments and numbers exchanged", ["other", "flag", "last", "item", "back", "cover", "high", "low"]) {
            Schema(
                Field("name", \.name), Field("other", \.other), Field("flag", \.flag), Field("last", \.last), Field("item", \.item),
                Field("back", \.back), Field("cover", \.cover), Field("high", \.high, .range(10...20)), Field("low", \.low, .min(5)),
                make: Mixed.init
            ).problems()
        },
    ]

    @Test("A value that lands in another field is a problem of its field, with file and line", arguments: mistakes)
    func mistaken(_ one: Case) {
        let problems = one.problems()
        #expect(problems.map(\.field) == one.fields)
        #expect(problems.allSatisfy { $0.file.hasSuffix("FieldOrderTests.swift") && $0.line > 0 })
    }

    @Test("The message says where the value lands, and what to do")
    func message() {
        #expect(
            Self.mistakes[0].problems().first?.text
                == #"its value lands in "first": give the fields in the order of the parameters of 'make', each with its own key path"#)
        #expect(Self.mistakes[3].problems().first?.text == #"its key path is that of the field "first": give it its own"#)
    }

    struct Derived: Sendable {
        var text: String
        var length: Int
        var shout: String { text.uppercased() }
    }

    enum Only: String, PayloadEnum { case one }

    struct Same: Sendable {
        var left: Only
        var right: Only
        var seven: Int
    }

    static let rightOnes = [
        Case("as declared", []) { Schema(Field("first", \.first), Field("second", \.second), make: Pair.init).problems() },
        Case("another order, with a closure that follows it", []) {
            Schema(Field("second", \.second), Field("first", \.first), make: { Pair(first: $1, second: $0) }).problems()
        },
        Case("an initialiser that transforms", []) {
            Schema(Field("first", \.first), Field("second", \.second), make: { Pair(first: $0.uppercased(), second: "<\($1)>") }).problems()
        },
        Case("an initialiser that ignores a value", []) {
            Schema(Field("first", \.first), Field("second", \.second), make: { first, _ in Pair(first: first, second: "") }).problems()
        },
        Case("an initialiser that makes one field of another", []) {
            Schema(Field("text", \.text), Field("length", \.length), make: { text, _ in Derived(text: text, length: text.count) })
                .problems()
        },
        Case("a computed property beside the one that it is made of", []) {
            Schema(Field("text", \.text), Field("shout", \.shout), make: { text, _ in Derived(text: text, length: 0) }).problems()
        },
        Case("fields with few values", []) {
            Schema(Field("left", \.left), Field("right", \.right), Field("seven", \.seven, .multiple(of: 7)), make: Same.init).problems()
        },
        Case("rules that no sample keeps", []) {
            let rare = Constraint<String>.custom("isRare", "must be rare") { $0 == "needle in a haystack" }
            return Schema(Field("first", \.first, rare), Field("second", \.second, rare), make: Pair.init).problems()
        },
        Case("steps", []) {
            Schema(Field("first", \.first, .trim, .length(1...3)), Field("second", \.second, .trim), make: Pair.init).problems()
        },
    ]

    @Test("A schema whose values land where they belong has no problem", arguments: rightOnes)
    func right(_ one: Case) { #expect(one.problems() == []) }
}
