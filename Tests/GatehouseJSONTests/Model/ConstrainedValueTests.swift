import GatehouseJSON
import Testing

@Suite("MDL-01: types of one's own for values with rules")
struct ConstrainedValueTests {
    /// A value that not every raw value makes.
    struct Even: ConstrainedValue, Equatable {
        let rawValue: Int
        init?(rawValue: Int) {
            guard rawValue.isMultiple(of: 2) else { return nil }
            self.rawValue = rawValue
        }
        static let constraints: [Constraint<Int>] = [.range(0...10)]
    }

    struct Symbols: ConstrainedValue, Equatable {
        var rawValue: [Symbol]
        static let constraints: [Constraint<[Symbol]>] = [.count(1...2), .unique()]
    }

    @Test(
        "The type's rules hold wherever it stands, those of the field beside them",
        arguments: [
            ("\"ABC\"", [], []), ("\"abc\"", [], ["isUppercase"]), ("\"\"", [], ["isLength"]), ("1", [], ["isString"]),
            ("\"ABC\"", [.length(...2)], ["maxLength"]), ("\"ABCDEFGHI\"", [.length(...2)], ["isLength", "maxLength"]),
        ] as [(String, [Constraint<String>], [String])])
    func text(_ text: String, _ more: [Constraint<String>], _ keys: [String]) {
        #expect(check(Symbol.self, more, text).keys == keys)
    }

    @Test(
        "A raw value that makes none is a violation which names the type",
        arguments: [("4", []), ("3", ["isValue"]), ("12", ["max"]), ("\"4\"", ["isInt"])])
    func numbers(_ text: String, _ keys: [String]) throws { #expect(check(Even.self, [], text).keys == keys) }

    @Test("The message names the type")
    func message() {
        guard case .failure(let error) = check(Even.self, [], "3") else { return #expect(Bool(false)) }
        #expect(error.violations.first?.message == "$ must be a Even")
    }

    @Test(
        "Arrays, optionals and maps of such types keep the rules in each place",
        arguments: [
            (#"["A","B"]"#, []), ("[]", ["$ arrayMinSize"]), (#"["A","A"]"#, ["1 arrayUnique"]), (#"["A","b"]"#, ["1 isUppercase"]),
        ])
    func lists(_ text: String, _ found: [String]) {
        guard case .failure(let error) = check(Symbols.self, [], text) else { return #expect(found == []) }
        #expect(error.violations.map { "\($0.path) \($0.constraint)" } == found)
        #expect(check([String: Symbol?].self, [.count(...2), .keys(.length(...2))], #"{"a":"x","b":null}"#).keys == ["isUppercase"])
    }

    @Test("It is written as its raw value")
    func written() {
        #expect(Symbol(rawValue: "ABC").json == "\"ABC\"")
        #expect(Symbols(rawValue: [Symbol(rawValue: "A")]).json == "[\"A\"]")
        #expect(Even(rawValue: 4).json == "4")
    }
}
