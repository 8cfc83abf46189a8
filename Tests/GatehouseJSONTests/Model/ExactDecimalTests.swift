import GatehouseJSON
import GatehouseTestSupport
import NIOCore
import Testing

@Suite("MDL-04: exact decimals")
struct ExactDecimalTests {
    private static let nines = String(repeating: "9", count: 38)
    private static let zeros = String(repeating: "0", count: 37)

    static let texts: [(String, String)] = [
        ("0", "0"), ("-0", "0"), ("7", "7"), ("19.90", "19.90"), ("-0.25", "-0.25"), ("0.000", "0.000"), ("1e3", "1000"), ("1.5E+2", "150"),
        ("25e-2", "0.25"), ("0.1e1", "1"), ("100e-2", "1.00"), ("0e99", "0"), ("1e37", "1" + zeros), ("1e-38", "0." + zeros + "1"),
        (nines, nines), ("-" + nines, "-" + nines), ("0." + nines, "0." + nines), ("1e+005", "100000"),
        ("9007199254740993", "9007199254740993"), ("0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827"),
    ]

    @Test("A number of JSON's grammar is kept digit by digit, as text, from JSON and into JSON", arguments: texts)
    func exact(_ text: String, _ written: String) throws {
        #expect(ExactDecimal(text)?.description == written)
        var document = JSONDocument()
        try document.scan(ByteBuffer(string: text), limits: .maximum)
        let value = try ExactDecimal.reader([]).decode(document, at: document.root)
        #expect(value.json == written)
    }

    @Test(
        "Other text, and more than 38 digits or places, are refused",
        arguments: [
            "", "-", "+1", "01", "-01", "1.", ".5", "1e", "1e+", "1 ", " 1", "1,5", "0x1", "NaN", "1.2.3", "--1", "1e1000", "１", "1e5x",
            "1-", "1e38", "1e-39", "0.1e-38", "1" + nines, "0.0" + nines, "1e99", "1e-99",
        ])
    func garbage(_ text: String) {
        #expect(ExactDecimal(text) == nil)
        guard !text.contains(" ") else { return }
        #expect(throws: ValidationError.self) { try check(ExactDecimal.self, [], text).get() }
    }

    @Test("A value that is no number of so many digits is a violation", arguments: ["\"1\"", "null", "true", "1e38", "[]"])
    func refused(_ text: String) { #expect(check(ExactDecimal.self, [], text).keys == ["isDecimal"]) }

    @Test("An initialiser keeps the limits")
    func limits() {
        let largest: Int128 = 99_999_999_999_999_999_999_999_999_999_999_999_999
        #expect(ExactDecimal(coefficient: largest, places: 38) != nil)
        #expect(ExactDecimal(coefficient: 0 - largest, places: 0) != nil)
        for (coefficient, places) in [(largest + 1, 0), (0 - largest - 1, 0), (.min, 0), (1, -1), (1, 39)] as [(Int128, Int)] {
            #expect(ExactDecimal(coefficient: coefficient, places: places) == nil)
        }
        #expect(ExactDecimal(Int64.min).description == "-9223372036854775808")
    }

    private func number(_ text: String) throws -> ExactDecimal { try #require(ExactDecimal(text)) }

    static let sums: [(String, String, String?, String?)] = [
        ("0.1", "0.2", "0.3", "0.02"), ("19.90", "3", "22.90", "59.70"), ("-1.5", "1.50", "0.00", "-2.250"), (nines, "1", nil, nines),
        (nines, "0.1", nil, String(repeating: "9", count: 37) + ".9"), ("1e-38", "1", nil, "1e-38"),
        ("1e-37", "1", "1." + String(repeating: "0", count: 36) + "1", "1e-37"),
        ("1e-20", "1e-20", "2e-20", nil), ("1e20", "1e20", "2e20", nil), ("0", nines, nines, "0"),
    ]

    @Test("Sums and products are exact, and nil where they have too many digits", arguments: sums)
    func arithmetic(_ left: String, _ right: String, _ sum: String?, _ product: String?) throws {
        let (one, other) = (try number(left), try number(right))
        #expect(one.adding(other) == (try sum.map { try number($0) }))
        #expect(other.adding(one) == one.adding(other))
        #expect(one.multiplied(by: other) == (try product.map { try number($0) }))
        #expect(other.multiplied(by: one) == one.multiplied(by: other))
    }

    static let ascending = [
        "-" + nines, "-1e37", "-2", "-1.5", "-1", "-1e-37", "-1e-38", "0", "1e-38", "1e-37", "0.1", "0.11", "1", "1.5", "2", "1e37", nines,
    ]

    @Test("Numbers are ordered by value, however many places they have")
    func order() throws {
        let numbers = try Self.ascending.map { try number($0) }
        for (index, one) in numbers.enumerated() {
            for (other, two) in numbers.enumerated() {
                #expect((one < two) == (index < other), "\(one) \(two)")
                #expect((one == two) == (index == other), "\(one) \(two)")
            }
        }
    }

    @Test(
        "Equal numbers are equal and hash equally, whatever their places",
        arguments: [("1.5", "1.50"), ("0", "0.000"), ("100", "1e2"), ("-2.0", "-2")])
    func equality(_ left: String, _ right: String) throws {
        let (one, other) = (try number(left), try number(right))
        #expect(one == other && !(one < other) && !(other < one))
        #expect(one.hashValue == other.hashValue)
        #expect(Set([one, other]).count == 1)
    }

    static let multiples: [(String, String, Bool)] = [
        ("0.3", "0.1", true), ("0.05", "0.1", false), ("0", "0.1", true), ("19.90", "0.05", true), ("19.91", "0.05", false),
        ("-0.3", "0.1", true), ("0.3", "-0.1", true), ("1e37", "0.05", true), ("1e37", "0.03", false), ("1e37", "1e-38", true),
        ("1e-38", "1e37", false), ("0", "1e37", true), ("3", "1.5", true), ("3", "0.9", false), ("1", "0", false),
    ]

    @Test("A multiple is one exactly, also where its digits do not fit with the factor's places", arguments: multiples)
    func multiple(_ value: String, _ factor: String, _ holds: Bool) throws {
        #expect(try number(value).isMultiple(ofFactor: number(factor)) == holds)
    }

    @Test("Constraints are exact, and their messages show the limit as a number")
    func constraints() throws {
        let limits: [Constraint<ExactDecimal>] = [.range(try number("0.01")...(try number("99.95"))), .multiple(of: try number("0.05"))]
        #expect(check(ExactDecimal.self, limits, "99.95").keys == [])
        #expect(check(ExactDecimal.self, limits, "99.9500000000000000001").keys == ["max", "isDivisibleBy"])
        #expect(check(ExactDecimal.self, limits, "0.0099999999999999999999").keys == ["min", "isDivisibleBy"])
        guard case .failure(let error) = check(ExactDecimal.self, limits, "100") else { return #expect(Bool(false)) }
        #expect(error.violations == [Violation(path: "$", constraint: "max", message: "$ must be at most 99.95", limit: "99.95")])
        #expect(check(ExactDecimal.self, [.min(0), .max(10)], "10.0").keys == [])
        #expect(check(ExactDecimal.self, [.positive], "0.00").keys == ["isPositive"])
    }

    @Test("What is written is read as the same digits and places")
    func property() throws {
        var random = SeededRandom(seed: 4)
        for _ in 0..<5_000 {
            let value = random.decimal()
            let back = try #require(ExactDecimal(value.description))
            #expect(back.coefficient == value.coefficient && back.places == value.places, "\(value)")
        }
    }
}

@Suite("MDL-04: 64-bit integers as text")
struct Int64TextTests {
    @Test("An integer is text on the wire", arguments: [0, 1, -1, 9_007_199_254_740_993, .max, .min] as [Int64])
    func exact(_ value: Int64) throws {
        #expect(Int64Text(value).json == "\"\(value)\"")
        #expect(try check(Int64Text.self, [], "\"\(value)\"").get() == Int64Text(value))
    }

    @Test(
        "Text in another form is refused",
        arguments: [
            ("1", "isString"), ("null", "isString"), ("\"\"", "isInt"), ("\"-\"", "isInt"), ("\"+1\"", "isInt"), ("\"01\"", "isInt"),
            ("\"-0\"", "isInt"), ("\" 1\"", "isInt"), ("\"1 \"", "isInt"), ("\"1.0\"", "isInt"), ("\"1e3\"", "isInt"), ("\"0x1\"", "isInt"),
            ("\"9223372036854775808\"", "isInt"), ("\"-9223372036854775809\"", "isInt"), ("\"１\"", "isInt"),
        ])
    func refused(_ text: String, _ key: String) { #expect(check(Int64Text.self, [], text).keys == [key]) }
}
