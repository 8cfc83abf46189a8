import GatehouseJSON
import NIOCore
import Testing

@Suite("Strict JSON: what is read and what is refused")
struct StrictGrammarTests {
    static let accepted = [
        "null", "true", "false", "0", "-0", "-1", "10", "1.5", "-0.5", "0.0e0", "1e5", "1E5", "1e+5", "1e-5",
        "123456789012345678901234567890",
        "\"\"", "\"a\"", #""\"\\\/\b\f\n\r\t""#, #""\u0041\u00e9\uFFFF\u0000""#, #""\uD83D\uDE00""#, "\"\u{7F}\"",
        "\"é\u{2028}😀\u{10FFFF}\"",
        "[]", "[ ]", "[1]", "[1,2 , 3]", "[[[]]]", "[null,true,false]", "{}", "{ }", "{\"a\":1}", "{\"\":0}", "{\"a\":{\"a\":{\"a\":1}}}",
        " \t\r\n[\n1\t,\r2 ] \n", "{\"a\":[{},[]],\"b\":\"\"}", "\"asd \"", "[1E22]", "[0e1]", "[-1.0]", "[1,null,null,2]",
        "\"\\u005c\\u0022\"",
        "{\"__proto__\":1,\"constructor\":2,\"prototype\":3}", "{\"a\":1,\"A\":2}", "{\"e\u{301}\":1,\"\u{E9}\":2}", "1e400", "-1e400",
        "1e-400",
    ]

    static let malformed = [
        "", " ", "\n", "nul", "nulll", "True", "TRUE", "undefined", "NaN", "Infinity", "-Infinity", "-NaN", "+1", "01", "-01", "00", ".5",
        "-.5",
        "1.", "1.e1", "1e", "1e+", "1e-", "1E", "-", "--1", "0x1", "1_000", "1a", "1 2", "0b1", "１", "1,", ",", ":", "'a'", "\"", "\"a",
        "\"\\",
        "\"\\\"", #""\x41""#, #""\a""#, #""\u""#, #""\u00""#, #""\u00G0""#, #""\U0041""#, #""\u{41}""#, #""\ ""#, "\"\t\"", "\"\n\"",
        "\"\u{0}\"",
        "\"\u{1F}\"", "\"a\"\"", "\"a\" b", "[", "]", "[1", "[1,", "[,1]", "[1,]", "[1,,2]", "[,]", "[1 2]", "[1:2]", "[\"a\"", "[}", "[1}",
        "[[]",
        "[]]", "{", "}", "{]", "{\"a\"", "{\"a\":", "{\"a\":}", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{,\"a\":1}", "{\"a\" 1}",
        "{\"a\",1}",
        "{a:1}", "{'a':1}", "{1:1}", "{null:1}", "{\"a\":1 \"b\":2}", "{\"a\":1,,\"b\":2}", "{\"a\":1}}", "{\"a\":1}#", "{\"a\"::1}",
        "{[]:1}",
        "// c\n1", "1 // c", "/* c */1", "1 /* c */", "# c\n1", "\u{FEFF}1", "\u{C}1", "\u{B}1", "\u{A0}1", "1\u{0}", "[1]x", "*", "(1)",
        "<null>",
        "`a`", "$", "@", "[\"a\":1]", "tru", "fals", "nul\u{0}", "[nul]", "[-]", "[1.e]", "[0.]", "[.1]", "[- 1]", "[1 .5]", "{\"a\":01}",
    ]

    @Test("VAL-01: valid texts of RFC 8259 are read", arguments: accepted)
    func reads(text: String) throws {
        var document = JSONDocument()
        try document.scan(ByteBuffer(string: text))
        #expect(document.kind(of: document.root) != nil)
    }

    @Test("VAL-01: everything outside RFC 8259 is malformed", arguments: malformed)
    func refuses(text: String) {
        #expect(failure(Array(text.utf8))?.code == .syntax)
    }

    @Test("VAL-01: every prefix of a valid text is malformed")
    func prefixes() {
        let text = Array(#"{"a":[1,-2.5e3,"xé\u00e9\n",null,true,false,{}],"b":{"c":[]}}"#.utf8)
        for length in 0..<text.count { #expect(failure(Array(text[..<length]))?.kind == .malformed, "prefix of \(length) bytes") }
        #expect(failure(text) == nil)
    }

    @Test(
        "VAL-01, VAL-02: other encodings are malformed",
        arguments: [
            [0xFF, 0xFE, 0x31, 0x00], [0xFE, 0xFF, 0x00, 0x31], [0x31, 0x00], [0x00, 0x31], [0xEF, 0xBB, 0xBF, 0x31], [0xEF, 0xBB, 0xBF],
            [0x00], [0x7F], [0x80],
        ] as [[UInt8]]
    )
    func encodings(bytes: [UInt8]) { #expect(failure(bytes)?.kind == .malformed) }

    @Test(
        "VAL-02: bytes that are not UTF-8 are malformed",
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x20], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF], [0xE1, 0x80],
            [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xE2, 0x28, 0xA1], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xF0, 0x9F, 0x98], [0xFE], [0xFF], [0xF8, 0x88, 0x80, 0x80, 0x80],
            [0xC3, 0xA9, 0xA9],
        ] as [[UInt8]], [0, 3, 7, 8, 9]
    )
    func utf8(bytes: [UInt8], before: Int) {
        let lead = [UInt8](repeating: 0x61, count: before)
        #expect(failure([0x22] + lead + bytes + [0x22])?.code == .utf8)
        #expect(failure([0x22] + lead + bytes + lead + [0x22])?.code == .utf8)
        #expect(failure([0x22] + lead + bytes)?.kind == .malformed)
    }

    @Test(
        "VAL-02: the first and last scalar of every length are read",
        arguments: [0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF])
    func scalars(value: UInt32) throws {
        let scalar = try #require(Unicode.Scalar(value))
        for before in 0..<10 {
            let text = String(repeating: "a", count: before) + String(scalar)
            #expect(try JSONValue(parsing: "\"\(text)\"").stringValue?.utf8.elementsEqual(text.utf8) == true)
        }
    }

    @Test("VAL-01: a control character is refused wherever it stands in a string", arguments: 0..<0x20)
    func controls(byte: Int) {
        for before in 0..<18 {
            let lead = [UInt8](repeating: 0x7E, count: before)
            #expect(failure([0x22] + lead + [UInt8(byte)] + lead + [0x22])?.code == .syntax)
        }
    }

    @Test(
        "VAL-03: one key twice is refused after unescaping",
        arguments: [
            #"{"a":1,"a":2}"#, #"{"a":1,"\u0061":2}"#, #"{"\u0061":1,"a":2}"#, #"{"":1,"":2}"#, #"[{"x":{"k":1,"l":2,"k":3}}]"#,
            #"{"\ud83d\ude00":1,"😀":2}"#, #"{"a/":1,"a\/":2}"#,
        ]
    )
    func duplicates(text: String) {
        #expect(failure(Array(text.utf8))?.code == .duplicateKey)
        #expect(failure(Array(text.utf8))?.kind == .invalid)
    }

    @Test("VAL-03: a repeated key among many is found, wherever it is", arguments: [9, 17, 100, 2_000])
    func manyKeys(count: Int) {
        let members = (0..<count).map { "\"key\($0)\":\($0)" }
        #expect(failure(Array("{\(members.joined(separator: ","))}".utf8)) == nil)
        for twin in [0, count / 2, count - 1] {
            let text = "{" + members.joined(separator: ",") + ",\"\\u006bey\(twin)\":0}"
            #expect(failure(Array(text.utf8))?.code == .duplicateKey)
        }
    }

    @Test(
        "VAL-03: half a surrogate pair is refused",
        arguments: [
            #""\uD800""#, #""\uDC00""#, #""\uD800\uD800""#, #""\uD800x""#, #""\uDBFF\u0041""#, #""\uDE00\uD83D""#, #"{"\udfff":1}"#,
            #""\uD800\n""#,
        ]
    )
    func surrogates(text: String) { #expect(failure(Array(text.utf8))?.code == .loneSurrogate) }

    @Test("VAL-08: a text that is both ambiguous and malformed is malformed")
    func gravest() {
        #expect(failure(Array(#"{"a":1,"a":2"#.utf8))?.code == .syntax)
        #expect(failure(Array(#"["\uD800",]"#.utf8))?.code == .syntax)
    }

    @Test("An error names the offset of the fault")
    func offsets() {
        #expect(failure(Array("[1,x]".utf8))?.offset == 3)
        #expect(failure(Array(#"{"a":1,"a":2}"#.utf8))?.offset == 7)
        #expect(failure(Array("\"abc\u{1}\"".utf8))?.offset == 4)
        #expect(failure(Array("[1".utf8))?.description == "syntax: the text ends too early (at byte 2)")
    }
}

func failure(_ bytes: [UInt8], limits: JSONLimits = .default) -> JSONError? {
    var document = JSONDocument()
    do throws(JSONError) {
        try document.scan(ByteBuffer(bytes: bytes), limits: limits)
        return nil
    } catch {
        return error
    }
}
