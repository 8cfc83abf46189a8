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

        func encode(to writer: inout JSONWriter) { writer.null() }

        static func reader(_ constraints: [Constraint<String>]) -> FieldReader<Current> {
            String.reader(constraints).mapping("isHeld", "must be held") { $0 == "no" ? nil : Current(token: StorageTests.current) }
        }
    }

    struct Watched: Payload {
        var first: Current
        var list: [Current]
        var last: Int
        static let schema = Schema(
            Field("first", \.first), Field("list", \.list, .count(...3)), Field("last", \.last),
            rules: [CrossFieldRule("isSmall", "must be small") { $0.last < 100 }],
            make: Watched.init
        )
    }

    struct Big: Payload, Equatable {
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
            Field("f00", \.f00), Field("f01", \.f01), Field("f02", \.f02), Field("f03", \.f03),
            Field("f04", \.f04), Field("f05", \.f05), Field("f06", \.f06), Field("f07", \.f07),
            Field("f08", \.f08), Field("f09", \.f09), Field("f10", \.f10), Field("f11", \.f11),
            Field("f12", \.f12), Field("f13", \.f13), Field("f14", \.f14), Field("f15", \.f15),
            Field("f16", \.f16), Field("f17", \.f17), Field("f18", \.f18), Field("f19", \.f19),
            Field("f20", \.f20), Field("f21", \.f21), Field("f22", \.f22), Field("f23", \.f23),
            Field("f24", \.f24), Field("f25", \.f25), Field("f26", \.f26), Field("f27", \.f27),
            Field("f28", \.f28), Field("f29", \.f29), Field("f30", \.f30), Field("f31", \.f31),
            Field("f32", \.f32), Field("f33", \.f33), Field("f34", \.f34), Field("f35", \.f35),
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
