import GatehouseJSON
import NIOCore
import Testing

@Suite("Strict JSON: limits")
struct LimitTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let code: JSONError.Code
        let limits: JSONLimits
        let text: @Sendable (Int) -> String
        var testDescription: String { name }
    }

    static let rows = [
        Row(name: "arrays", code: .depth, limits: JSONLimits(depth: 10)) {
            String(repeating: "[", count: $0) + String(repeating: "]", count: $0)
        },
        Row(name: "objects", code: .depth, limits: JSONLimits(depth: 10)) {
            String(repeating: "{\"a\":", count: $0) + "1" + String(repeating: "}", count: $0)
        },
        Row(name: "items", code: .nodes, limits: JSONLimits(nodes: 10)) {
            "[" + repeatElement("0", count: $0 - 1).joined(separator: ",") + "]"
        },
        Row(name: "plain string", code: .stringLength, limits: JSONLimits(stringBytes: 10)) {
            "\"" + String(repeating: "a", count: $0) + "\""
        },
        Row(name: "key", code: .stringLength, limits: JSONLimits(stringBytes: 10)) { "{\"" + String(repeating: "a", count: $0) + "\":1}" },
        Row(name: "two-byte string", code: .stringLength, limits: JSONLimits(stringBytes: 20)) {
            "\"" + String(repeating: "é", count: $0) + "\""
        },
        Row(name: "escapes", code: .stringLength, limits: JSONLimits(stringBytes: 20)) {
            "\"" + String(repeating: "\\n", count: $0) + "\""
        },
        Row(name: "digits", code: .numberLength, limits: JSONLimits(numberCharacters: 10)) {
            "[" + String(repeating: "1", count: $0) + "]"
        },
        Row(name: "fraction", code: .numberLength, limits: JSONLimits(numberCharacters: 10)) {
            "0." + String(repeating: "1", count: $0 - 2)
        },
        Row(name: "exponent", code: .numberLength, limits: JSONLimits(numberCharacters: 10)) {
            "1e" + String(repeating: "0", count: $0 - 2)
        },
    ]

    @Test("VAL-04, LIM-01: n-1 and n are read, n+1 is too large", arguments: rows)
    func edges(row: Row) {
        #expect(failure(Array(row.text(9).utf8), limits: row.limits) == nil)
        #expect(failure(Array(row.text(10).utf8), limits: row.limits) == nil)
        let refusal = failure(Array(row.text(11).utf8), limits: row.limits)
        #expect(refusal?.code == row.code)
        #expect(refusal?.kind == .tooLarge)
    }

    @Test("VAL-04: a number that ends at the limit in the middle of its grammar is too large, not malformed")
    func tornNumbers() {
        for text in ["12.5", "12e5", "1.25", "12e+5"] {
            #expect(failure(Array(text.utf8), limits: JSONLimits(numberCharacters: 3))?.code == .numberLength)
        }
    }

    @Test("VAL-04: hostile texts of 1 MiB are refused at the limit or read within the highest limits")
    func hostile() {
        let size = 1 << 20
        let texts: [(String, JSONError.Code)] = [
            ("[" + String(repeating: "{},", count: size / 3) + "{}]", .nodes),
            ("[" + String(repeating: "0,", count: size / 2) + "0]", .nodes),
            (String(repeating: "1", count: size), .numberLength),
            ("\"" + String(repeating: "\\u0041", count: size / 6) + "\"", .stringLength),
            (String(repeating: "[", count: size), .depth), (String(repeating: "{\"a\":", count: size / 5), .depth),
        ]
        for (text, code) in texts { #expect(failure(Array(text.utf8))?.code == code) }
        let wide = JSONLimits(depth: 64, nodes: 2 * size, stringBytes: size, numberCharacters: size)
        for (text, _) in texts.prefix(4) { #expect(failure(Array(text.utf8), limits: wide) == nil) }
    }

    @Test("A document is empty after a refusal and reusable after it")
    func reuse() throws {
        var document = JSONDocument()
        #expect(throws: JSONError.self) { try document.scan(ByteBuffer(string: "[1,")) }
        #expect(document.kind(of: document.root) == nil)
        try document.scan(ByteBuffer(string: "[1,2]"))
        #expect(document.count(of: document.root) == 2)
        document.clear()
        #expect(document.kind(of: document.root) == nil)
    }
}
