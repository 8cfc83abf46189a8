import GatehouseJSON
import Testing

@Suite("Parse pipes")
struct PipeTests {
    @Test("VAL-40: integers are exact decimal text within a range")
    func integers() throws {
        #expect(try ParseInt().transform("-42") == -42)
        #expect(try ParseInt(1...9).transform("9") == 9)
        #expect(try ParseInt().transform("-9223372036854775808") == .min)
        for text in ["", " 1", "1 ", "+1", "01", "1.0", "1e2", "-0", "0x1", "٣", "9223372036854775808", "null", "\"1\""] {
            #expect(throws: ValidationError.self, "\(text)") { try ParseInt().transform(text) }
        }
        #expect(throws: ValidationError(violations: [Violation(path: "$", constraint: "max", message: "$ must be at most 9", limit: 9)])) {
            try ParseInt(1...9).transform("10")
        }
    }

    @Test("VAL-40: numbers are of the JSON grammar and finite")
    func doubles() throws {
        #expect(try ParseDouble().transform("1.5e3") == 1500)
        for text in ["", " 1", "1 ", "NaN", "inf", "1e999", ".5", "1.", "[1]", "true", "0x1p3"] {
            #expect(throws: ValidationError.self, "\(text)") { try ParseDouble().transform(text) }
        }
    }

    @Test("VAL-41, VAL-42, VAL-43, VAL-45: exact forms only")
    func forms() throws {
        #expect(try ParseBool().transform("true"))
        #expect(throws: ValidationError.self) { try ParseBool().transform("1") }
        #expect(throws: ValidationError.self) { try ParseBool().transform("TRUE") }
        #expect(try ParseUUID(version: 4).transform("6F9619FF-8B86-4011-B42D-00CF4FC964FF") == "6f9619ff-8b86-4011-b42d-00cf4fc964ff")
        #expect(throws: ValidationError.self) { try ParseUUID(version: 7).transform("6F9619FF-8B86-4011-B42D-00CF4FC964FF") }
        #expect(try ParseULID().transform("01arz3ndektsv4rrffq69g5fav") == "01ARZ3NDEKTSV4RRFFQ69G5FAV")
        #expect(throws: ValidationError.self) { try ParseULID().transform("x") }
        #expect(try ParseEnum(Color.self).transform("red") == .red)
        #expect(throws: ValidationError.self) { try ParseEnum(Color.self).transform("Red") }
        #expect(try ParseDate().transform("1970-01-01T01:00:00+01:00") == Instant(seconds: 0))
        #expect(throws: ValidationError.self) { try ParseDate().transform("1970-01-01T01:00:00") }
    }

    @Test("VAL-44: lists are bounded, and violations name the item")
    func arrays() throws {
        let pipe = ParseArray(max: 3, of: ParseInt(0...9).transform)
        #expect(try pipe.transform("1,2,3") == [1, 2, 3])
        #expect(try pipe.transform("") == [])
        #expect(throws: ValidationError.self) { try pipe.transform("1,2,3,4") }
        #expect(
            throws: ValidationError(violations: [
                Violation(path: "1", constraint: "isInt", message: "1 must be an integer"),
                Violation(path: "2", constraint: "max", message: "2 must be at most 9", limit: 9),
            ])
        ) { try pipe.transform("1,x,10") }
    }

    @Test(
        "VAL-46: a room's name has no pattern character",
        arguments: ["", "a*", "a?", "{a}", "[a]", "a\u{0}", "a\n", String(repeating: "x", count: 257)])
    func rooms(name: String) throws {
        #expect(throws: ValidationError.self) { try ParseRoom().transform(name) }
        #expect(try ParseRoom().transform("team:42/général") == "team:42/général")
    }

    @Test("VAL-47: a default stands in for what is absent, not for null")
    func defaults() {
        #expect(Default(3).transform(nil) == 3)
        #expect(Default(3).transform(4) == 4)
        #expect(Default<JSONValue>(3).transform(JSONValue.null) == JSONValue.null)
    }

    @Test("VAL-48: text is trimmed, collapsed and composed")
    func text() {
        #expect(Trim().transform("\u{2003}a b\t") == "a b")
        #expect(Trim().transform(" \n") == "")
        #expect(CollapseSpaces().transform("a\u{A0}\n b") == "a b")
        #expect(Array(NormalizeNFC().transform("e\u{301}\u{1100}\u{1161}x").unicodeScalars.map(\.value)) == [0xE9, 0xAC00, 0x78])
    }

    @Test("VAL-49: an attachment is bounded and of a kind that its first bytes show")
    func binary() throws {
        let pipe = Binary(max: 10, types: [.png, .gif])
        #expect(Array(try pipe.transform(BinaryAttachment("GIF89a".utf8))) == Array("GIF89a".utf8))
        for text in ["GIF89a-too-long", "GI", "%PDF-1", ""] {
            #expect(throws: ValidationError.self, "\(text)") { try pipe.transform(BinaryAttachment(text.utf8)) }
        }
        #expect(try Binary(max: 0).transform(BinaryAttachment([])).isEmpty)
    }
}
