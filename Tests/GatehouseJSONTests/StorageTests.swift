import GatehouseJSON
import Testing

@Suite("What decoding keeps in memory")
struct StorageTests {
    final class Token: Sendable {
        let text: String
        init(_ text: String) { self.text = text }
    }

    @Test(
        "A refusal at any place releases what was read before it, and what is read after it",
        arguments: [
            (#"{"first":"shared","list":["shared","shared"],"last":"x"}"#, ["last isInt"]),
            (#"{"first":"shared","list":["shared","no"],"last":1}"#, ["list.1 isHeld"]),
            (#"{"first":"no","list":["shared"],"last":1}"#, ["first isHeld"]),
            (#"{"first":"shared","list":["shared"],"last":1,"x":1}"#, ["x whitelistValidation"]),
            (#"{"first":"shared","list":["shared"],"last":100}"#, ["$ isSmall"]),
            (#"{"first":"shared","list":["shared"],"last":1}"#, []),
        ]
    )
    func releases(text: String, refused: [String]) {
        weak var witness: Token?
        func run() {
            let token = Token("x")
            witness = token
            Self.$current.withValue(token) { #expect(faults(Watched.self, text) == refused) }
        }
        run()
        #expect(witness == nil)
    }

    @TaskLocal static var current: Token?

    /// Holds the object of the running test, so that a value that is not released is seen.
    struct Current: FieldValue {
        let token: Token?

        static func reader(_ constraints: [Constraint<String>]) -> FieldReader<Current> {
            String.reader(constraints).mapping("isHeld", "must be held") { $0 == "no" ? nil : Current(token: StorageTests.current) }
        }
    }

    struct Watched: DTO {
        var first: Current
        var list: [Current]
        var last: Int
        static let schema = Schema(
            Field<Current>("first"), Field<[Current]>("list", .count(...3)), Field<Int>("last"),
            rules: [CrossFieldRule("isSmall", "must be small") { $0.last < 100 }],
            make: Watched.init
        )
    }

    struct Big: DTO, Equatable {
        var f00: String
        var f01: String
        var f02: String
        var f03: String
        var f04: String
        var f05: String
        var f06: String
        var f07: String
        var f08: String
        var f09: String
        var f10: String
        var f11: String
        var f12: String
        var f13: String
        var f14: String
        var f15: String
        var f16: String
        var f17: String
        var f18: String
        var f19: String
        var f20: String
        var f21: String
        var f22: String
        var f23: String
        var f24: String
        var f25: String
        var f26: String
        var f27: String
        var f28: String
        var f29: String
        var f30: String
        var f31: String
        var f32: String
        var f33: String
        var f34: String
        var f35: String

        static let schema = Schema(
            Field<String>("f00"), Field<String>("f01"), Field<String>("f02"), Field<String>("f03"),
            Field<String>("f04"), Field<String>("f05"), Field<String>("f06"), Field<String>("f07"),
            Field<String>("f08"), Field<String>("f09"), Field<String>("f10"), Field<String>("f11"),
            Field<String>("f12"), Field<String>("f13"), Field<String>("f14"), Field<String>("f15"),
            Field<String>("f16"), Field<String>("f17"), Field<String>("f18"), Field<String>("f19"),
            Field<String>("f20"), Field<String>("f21"), Field<String>("f22"), Field<String>("f23"),
            Field<String>("f24"), Field<String>("f25"), Field<String>("f26"), Field<String>("f27"),
            Field<String>("f28"), Field<String>("f29"), Field<String>("f30"), Field<String>("f31"),
            Field<String>("f32"), Field<String>("f33"), Field<String>("f34"), Field<String>("f35"),
            make: Big.init
        )
    }

    @Test("A DTO of many fields is decoded like a small one")
    func big() throws {
        let members = (0..<36).reversed().map { index in
            let name = index < 10 ? "f0\(index)" : "f\(index)"
            return "\"\(name)\":\"a text that is too long to be kept inline \(name)\""
        }
        let big = try decode(Big.self, "{" + members.joined(separator: ",") + "}")
        #expect(MemoryLayout<Big>.size > 512)
        #expect(big.f00.hasSuffix("f00") && big.f17.hasSuffix("f17") && big.f35.hasSuffix("f35"))
        #expect(faults(Big.self, "{}").count == 36)
    }
}
