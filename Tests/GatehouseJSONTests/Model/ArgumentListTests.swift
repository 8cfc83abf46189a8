import GatehouseJSON
import NIOCore
import Testing

/// Decodes the arguments of `["event", …]`, whose text is given without the event; the values' descriptions, or the violations.
func arguments<each A: FieldValue>(_ text: String, _ rules: repeat EventArgument<each A>) -> (values: [String], violations: [Violation]) {
    let list = ArgumentList(repeat each rules)
    var document = JSONDocument()
    do {
        try document.scan(ByteBuffer(string: text), limits: .maximum)
        let count = document.count(of: document.root)
        let first = count > 0 ? document.root + 1 : nil
        return try list.decode(document, first: first, count: count, attachments: []) { values in
            var texts: [String] = []
            for type in repeat (each A).self { texts.append("\(values.take(type))") }
            return (texts, [])
        }
    } catch let error as ValidationError {
        return ([], error.violations)
    } catch {
        return (["\(error)"], [])
    }
}

@Suite("MDL-01, MDL-02: the arguments of an event")
struct ArgumentListTests {
    private static func rule<Value: FieldValue>(_ type: Value.Type, _ constraints: Constraint<Value.Checked>...) -> EventArgument<Value> {
        constraints.first.map { EventArgument("rule", $0) } ?? EventArgument("rule")
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        let values: [String]
        let messages: [String]
        let run: @Sendable (String) -> (values: [String], violations: [Violation])
        var testDescription: String { text }

        init(
            _ text: String, _ values: [String] = [], refused: [String] = [],
            _ run: @escaping @Sendable (String) -> (values: [String], violations: [Violation])
        ) { (self.text, self.values, messages, self.run) = (text, values, refused, run) }
    }

    static let none: @Sendable (String) -> (values: [String], violations: [Violation]) = { arguments($0) }
    static let one: @Sendable (String) -> (values: [String], violations: [Violation]) = { arguments($0, rule(Int.self)) }
    static let two: @Sendable (String) -> (values: [String], violations: [Violation]) = { arguments($0, rule(Int.self), rule(String.self)) }
    static let optional: @Sendable (String) -> (values: [String], violations: [Violation]) = {
        arguments($0, rule(Int.self), rule(String?.self), rule(Bool?.self))
    }
    static let between: @Sendable (String) -> (values: [String], violations: [Violation]) = {
        arguments($0, rule(Int?.self), rule(String.self))
    }
    static let lone: @Sendable (String) -> (values: [String], violations: [Violation]) = { arguments($0, rule(Int?.self)) }
    static let list: @Sendable (String) -> (values: [String], violations: [Violation]) = { arguments($0, rule([Item].self, .count(...3))) }
    static let lists: @Sendable (String) -> (values: [String], violations: [Violation]) = {
        arguments($0, rule(Bool.self), rule([Item].self, .count(...3)))
    }

    static let cases: [Case] = [
        Case("[]", [], none), Case("[1]", refused: ["$ must have no argument"], none),
        Case("[null]", refused: ["$ must have no argument"], none),
        Case("[1]", ["1"], one), Case("[]", refused: ["$ must have exactly 1 argument"], one),
        Case("[1,2]", refused: ["$ must have exactly 1 argument"], one), Case("[null]", refused: ["$ must be an integer"], one),
        Case("[1,\"a\"]", ["1", "a"], two), Case("[1]", refused: ["$ must have exactly 2 arguments"], two),
        Case("[1,\"a\",true]", refused: ["$ must have exactly 2 arguments"], two),
        Case("[\"a\",1]", refused: ["0 must be an integer", "1 must be a string"], two),
        Case("[1]", ["1", "nil", "nil"], optional), Case("[1,\"a\"]", ["1", "Optional(\"a\")", "nil"], optional),
        Case("[1,null,true]", ["1", "nil", "Optional(true)"], optional), Case("[]", refused: ["$ must have 1 to 3 arguments"], optional),
        Case("[1,null,null,null]", refused: ["$ must have 1 to 3 arguments"], optional),
        Case("[1,2]", refused: ["1 must be a string"], optional),
        Case("[null,\"a\"]", ["nil", "a"], between), Case("[\"a\"]", refused: ["$ must have exactly 2 arguments"], between),
        Case("[]", ["nil"], lone), Case("[null]", ["nil"], lone), Case("[1]", ["Optional(1)"], lone),
        Case("[1,2]", refused: ["$ must have 0 to 1 argument"], lone), Case("[\"a\"]", refused: ["$ must be an integer"], lone),
        Case("[[{\"name\":\"a\"}]]", refused: ["0.color is required"], list), Case("[{}]", refused: ["$ must be an array"], list),
        Case("[true,[{\"name\":\"a\",\"color\":\"red\"},{\"name\":\"a\"}]]", refused: ["1.1.color is required"], lists),
        Case("[1,[1]]", refused: ["0 must be a boolean", "1.0 must be an object"], lists),
        Case("[1,{}]", refused: ["0 must be a boolean", "1 must be an array"], lists),
    ]

    @Test("Arguments come by their types; paths have the argument's number where there may be several", arguments: cases)
    func decodes(_ one: Case) {
        let (values, violations) = one.run(one.text)
        #expect(values == one.values)
        #expect(violations.map(\.message) == one.messages)
    }

    @Test("MDL-02: a wrong number of arguments is one violation, with the most that may come as its limit")
    func arity() {
        let (_, violations) = Self.optional("[]")
        #expect(violations == [Violation(path: "$", constraint: "arity", message: "$ must have 1 to 3 arguments", limit: 3)])
    }

    @Test("Violations of all arguments are 64 at most")
    func caps() {
        let items = "[" + repeatElement("1", count: 50).joined(separator: ",") + "]"
        let (_, violations) = arguments(
            "[\(items),\(items)]", EventArgument("a", .count(...50), .each(.length(1...2))) as EventArgument<[String]>,
            EventArgument("b", .count(...50)) as EventArgument<[String]>)
        #expect(violations.count == 64)
        #expect(violations.last?.path == "1.13")
    }

    @Test("An argument's own rules hold beside those of its type, and the name of what makes no sense is the argument's")
    func rules() {
        let (_, violations) = arguments("[\"abc\",\"ABCD\"]", EventArgument<Symbol>("a", .length(...2)), EventArgument<Symbol>("b"))
        #expect(violations.map { "\($0.path) \($0.constraint)" } == ["0 isUppercase", "0 maxLength"])
        let list = ArgumentList(EventArgument<[Int]>("numbers"), EventArgument<Symbol>("b"))
        #expect(list.problems().map(\.field) == ["numbers"])
    }

    @Test(
        "A refusal in any argument releases what was read before it, and what is read after it",
        arguments: [
            (#"["a",["b"],{"first":"c","list":["d"],"last":1}]"#, []), (#"["no",["b"],{"first":"c","list":["d"],"last":1}]"#, ["0 isHeld"]),
            (#"["a",["b","no"],{"first":"c","list":["d"],"last":1}]"#, ["1.1 isHeld"]),
            (#"["a",["b"],{"first":"c","list":["no"],"last":1}]"#, ["2.list.0 isHeld"]),
            (#"["a",["b"],{"first":"c","list":["d"],"last":100}]"#, ["2 isSmall"]), (#"["no",["no"],{}]"#, nil),
            (#"["a",["b"]]"#, ["$ arity"]),
        ] as [(String, [String]?)])
    func releases(_ text: String, _ refused: [String]?) {
        weak var witness: StorageTests.Token?
        func run() {
            let token = StorageTests.Token("x")
            witness = token
            StorageTests.$current.withValue(token) {
                let (values, violations) = arguments(
                    text, EventArgument<StorageTests.Current>("a"), EventArgument<[StorageTests.Current]>("b", .count(...3)),
                    EventArgument<StorageTests.Watched>("c"))
                #expect(values.isEmpty != violations.isEmpty)
                if let refused { #expect(violations.map { "\($0.path) \($0.constraint)" } == refused) }
            }
        }
        run()
        #expect(witness == nil)
    }

    @Test("Arguments that are large in memory are decoded like small ones")
    func large() {
        let members = (0..<36).map { "\"f\($0 < 10 ? "0" : "")\($0)\":\"a text that is too long to be kept inline\"" }
        let big = "{" + members.joined(separator: ",") + "}"
        let (values, violations) = arguments("[\(big),\(big)]", EventArgument<StorageTests.Big>("a"), EventArgument<StorageTests.Big>("b"))
        #expect(values.count == 2 && violations.isEmpty)
        #expect(arguments("[\(big),{}]", EventArgument<StorageTests.Big>("a"), EventArgument<StorageTests.Big>("b")).violations.count == 36)
    }

    struct Asked: Payload {
        var name: String
        static let schema = Schema(
            Field("name", \.name), asyncRules: [AsyncRule("isKnown", "must be known") { $0.name == "known" }], make: Asked.init)
    }

    @Test("Rules that have to wait run for a payload that is an argument, optional or not; elsewhere they are a problem")
    func waiting() async throws {
        for (list, hasRules, problems) in [
            (ArgumentList(EventArgument<Asked>("a")), true, 0), (ArgumentList(EventArgument<Asked?>("a")), true, 0),
            (ArgumentList(EventArgument<Patch<Asked>>("a")), true, 0), (ArgumentList(EventArgument<[Asked]>("a", .count(...2))), false, 1),
            (ArgumentList(EventArgument<Item>("a")), false, 0),
        ] {
            #expect(list.hasAsyncRules == hasRules)
            #expect(list.problems().count == problems)
        }
        let optional = EventArgument<Asked?>("a")
        try await optional.checkLate(Asked?.none)
        try await optional.checkLate(Asked?.some(Asked(name: "known")))
        await #expect(throws: ValidationError.self) { try await optional.checkLate(Asked?.some(Asked(name: "other"))) }
    }
}
