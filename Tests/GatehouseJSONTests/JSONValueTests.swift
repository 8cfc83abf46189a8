import GatehouseJSON
import Testing

@Suite("Owned JSON values")
struct JSONValueTests {
    @Test(
        "Parsed text is written back compactly",
        arguments: [
            ("null", "null"), (" true ", "true"), ("[ ]", "[]"), ("{ }", "{}"), ("-0", "-0.0"), ("0", "0"), ("1.5e3", "1500.0"),
            ("9223372036854775807", "9223372036854775807"), ("-9223372036854775808", "-9223372036854775808"),
            ("{\"b\":[1,{\"a\":null}], \"a\" : \"x\\u0041\\n\"}", #"{"b":[1,{"a":null}],"a":"xA\n"}"#),
            ("[[],[[]],{},[{}]]", "[[],[[]],{},[{}]]"), (#""\ud83d\ude00""#, "\"😀\""),
        ]
    )
    func roundTrip(text: String, written: String) throws {
        let value = try JSONValue(parsing: text)
        #expect(value.serialized == written)
        #expect(try JSONValue(parsing: written) == value)
    }

    @Test("Members keep their order and are found by byte-wise keys")
    func members() throws {
        let value = try JSONValue(parsing: #"{"z":1,"a":{"k":[true,2.5,"s"]}}"#)
        #expect(value.objectValue?.keys == ["z", "a"])
        #expect(value["a"]?["k"]?[2]?.stringValue == "s")
        #expect(value["a"]?["k"]?[3] == nil)
        #expect(value == ["a": ["k": [true, 2.5, "s"]], "z": 1])
        var object: JSONObject = ["\u{E9}": 1]
        #expect(object["e\u{301}"] == nil)
        object["x"] = 2
        object["\u{E9}"] = nil
        #expect(object == ["x": 2])
    }

    @Test(
        "RFC 6901: a pointer names the value of its example",
        arguments: [
            ("", "{\"foo\":[\"bar\",\"baz\"],\"\":0,\"a/b\":1,\"m~n\":8}"), ("/foo", #"["bar","baz"]"#), ("/foo/0", "\"bar\""), ("/", "0"),
            ("/a~1b", "1"), ("/m~0n", "8"),
        ]
    )
    func pointer(text: String, expected: String) throws {
        let value = try JSONValue(parsing: #"{"foo":["bar","baz"],"":0,"a/b":1,"m~n":8}"#)
        let pointer = try #require(JSONPointer(text))
        #expect(value.value(at: pointer)?.serialized == expected)
        #expect(pointer.description == text)
    }

    @Test("RFC 6901: bad pointers are refused and absent places are nil")
    func badPointers() throws {
        for bad in ["foo", "/~2", "/~"] { #expect(JSONPointer(bad) == nil) }
        let value: JSONValue = ["foo": [1, 2]]
        for absent in ["/foo/2", "/foo/01", "/foo/-", "/foo/0/x", "/bar"] {
            #expect(value.value(at: try #require(JSONPointer(absent))) == nil)
        }
    }
}
