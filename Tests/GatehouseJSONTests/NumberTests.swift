import GatehouseJSON
import NIOCore
import Testing

@Suite("Numbers")
struct NumberTests {
    func document(_ text: String) throws -> JSONDocument {
        var document = JSONDocument()
        try document.scan(ByteBuffer(string: text))
        return document
    }

    @Test(
        "VAL-05: integers are exact, and anything else is not one",
        arguments: [
            ("0", 0), ("7", 7), ("-7", -7), ("9223372036854775807", .max), ("-9223372036854775808", .min), ("9223372036854775808", nil),
            ("-9223372036854775809", nil), ("18446744073709551616", nil), ("99999999999999999999999", nil), ("1.0", nil), ("1e2", nil),
            ("-0", nil),
            ("-0.0", nil), ("\"1\"", nil), ("true", nil),
        ] as [(String, Int64?)]
    )
    func integers(text: String, value: Int64?) throws {
        let document = try document(text)
        #expect(document.int64(of: document.root) == value)
        #expect(document.uint64(of: document.root) == value.flatMap { UInt64(exactly: $0) } ?? (text.hasPrefix("-") ? nil : UInt64(text)))
    }

    @Test(
        "VAL-06: doubles are correctly rounded; infinity is refused",
        arguments: [
            "0", "-0", "0.1", "0.2", "0.3", "1e22", "1e23", "123456789012345680", "9007199254740993", "9007199254740992.5",
            "1.7976931348623157e308",
            "5e-324", "2.2250738585072011e-308", "2.2250738585072014e-308", "4.35", "1e-22", "1e-23", "123e-20",
            "1.2345678901234567890123456",
            "8.41e21", "7.2057594037927933e16", "1e400", "-1e400", "1e-400", "0e999", "1e0000000000000000000022", "1.7976931348623159e308",
        ]
    )
    func doubles(text: String) throws {
        let document = try document(text)
        let expected = Double(text).flatMap { $0.isFinite ? $0 : nil }
        #expect(document.double(of: document.root)?.bitPattern == expected?.bitPattern)
    }

    @Test("VAL-06: random decimals agree with the standard library")
    func randomDoubles() throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2_000 {
            let digits = UInt64.random(in: 0...UInt64.max, using: &random) >> UInt64.random(in: 0..<60, using: &random)
            let text = "\(digits).\(UInt32.random(in: 0...99_999, using: &random))e\(Int.random(in: -30...30, using: &random))"
            guard text.utf8.count <= 32 else { continue }
            let document = try document(text)
            #expect(document.double(of: document.root)?.bitPattern == Double(text)?.bitPattern, "\(text)")
        }
    }

    @Test("An owned value refuses a number beyond a double's range")
    func owned() {
        #expect(throws: JSONError.self) { try JSONValue(parsing: "[1e400]") }
        #expect((try? JSONValue(parsing: "18446744073709551615"))?.doubleValue == 18446744073709551615.0)
    }
}
