import NIOCore
import Testing

@testable import GatehouseJSON

@Suite("Decodable and Encodable types, and parse pipes")
struct ValidatedTests {
    enum Side: String, Codable, Sendable { case buy, sell }

    struct Line: Codable, Sendable, Equatable {
        var id: Int
        var note: String?
    }

    struct Order: Codable, Sendable, Equatable, Validatable {
        var product: String
        var count: Int
        var side: Side
        var lines: [Line]
        static let rules = [Rule("product", \Order.product, .length(1...4)), Rule("count", \Order.count, .range(1...9))]
    }

    private func read(_ text: String) -> Result<Order, ValidationError> {
        var document = JSONDocument()
        do {
            try document.scan(ByteBuffer(string: text), limits: .default)
            return .success(try Validated<Order>.reader([]).decode(document, at: document.root).value)
        } catch {
            return .failure(error as? ValidationError ?? ValidationError(violations: []))
        }
    }

    @Test("MDL-12: a Decodable type comes in with its rules, and goes out as its Encodable conformance says")
    func roundTrip() throws {
        let text = #"{"product":"tea","count":2,"side":"buy","lines":[{"id":1},{"id":2,"note":"x"}]}"#
        let order = try read(text).get()
        #expect(order == Order(product: "tea", count: 2, side: .buy, lines: [Line(id: 1), Line(id: 2, note: "x")]))
        var written = ByteBuffer()
        try Encoded(order).encode(into: &written)
        #expect(String(buffer: written) == text)
    }

    @Test(
        "MDL-12: what breaks a rule, or is of another type, is told with its path and no value",
        arguments: [
            (#"{"product":"coffee","count":0,"side":"buy","lines":[]}"#, ["product isLength", "count min"]),
            (#"{"product":"tea","count":2,"side":"hold","lines":[]}"#, ["side isDecodable"]),
            (#"{"product":"tea","count":"2","side":"buy","lines":[]}"#, ["count isType"]),
            (#"{"product":"tea","count":2,"side":"buy","lines":[{"id":1},{}]}"#, ["lines.1.id isDefined"]),
            (#"{"product":null,"count":2,"side":"buy","lines":[]}"#, ["product isType"]), ("[]", ["$ isType"]),
        ])
    func mistakes(_ text: String, _ expected: [String]) {
        guard case .failure(let error) = read(text) else {
            Issue.record("it was read")
            return
        }
        #expect(error.violations.map { "\($0.path) \($0.constraint)" } == expected)
        #expect(!error.description.contains("coffee") && !error.description.contains("hold"))
    }

    @Test("MDL-31: a parse pipe makes the value of an argument that is sent as text")
    func parsing() throws {
        let list = ArgumentList(EventArgument<Int>("page", parsing: ParseInt(1...9)))
        func decode(_ text: String) throws -> Int {
            var document = JSONDocument()
            try document.scan(ByteBuffer(string: text), limits: .default)
            return try list.decode(document, first: document.root, count: 1, attachments: []) { $0.take(Int.self) }
        }
        #expect(try decode("\"7\"") == 7)
        for (text, constraint) in [("\"x\"", "isInt"), ("\"10\"", "max"), ("7", "isString")] {
            let error = #expect(throws: ValidationError.self) { try decode(text) }
            #expect(error?.violations.map(\.constraint) == [constraint])
            #expect(error?.violations.first?.path == "$")
        }
    }
}
