import GatehouseJSON
import GatehouseTestSupport
import NIOCore
import Testing

@Suite("Writing JSON")
struct WriterTests {
    struct Receipt: JSONEncodable {
        let id: Int
        var note: String?
        var tags: [String] = []

        func encode(to writer: inout JSONWriter) {
            writer.object {
                $0.member("id", id)
                $0.member("note", note)
                $0.member(ifPresent: "again", note)
                $0.member("tags", tags)
            }
        }
    }

    struct Sloppy: JSONEncodable {
        let write: @Sendable (inout JSONWriter) -> Void
        func encode(to writer: inout JSONWriter) { write(&writer) }
    }

    func text(_ value: some JSONEncodable) throws -> String {
        var buffer = ByteBuffer(string: ">")
        try JSONWriter.write(value, to: &buffer)
        return String(buffer: buffer)
    }

    @Test("Answers are written compactly, nil as null, dictionaries by key")
    func values() throws {
        #expect(try text(Receipt(id: -7)) == #">{"id":-7,"note":null,"tags":[]}"#)
        #expect(try text([Receipt(id: 1, note: "x", tags: ["a", "b"])]) == #">[{"id":1,"note":"x","again":"x","tags":["a","b"]}]"#)
        #expect(try text(["b": [1, 2], "a": []]) == #">{"a":[],"b":[1,2]}"#)
        #expect(try text([true, nil] as [Bool?]) == ">[true,null]")
        #expect(try text(UInt64.max) == ">18446744073709551615")
        #expect(try text(Int64.min) == ">-9223372036854775808")
        #expect(try text(1.5) == ">1.5")
        #expect(try text(["k": [1, nil, ["x": 2.5]]] as JSONValue) == #">{"k":[1,null,{"x":2.5}]}"#)
    }

    @Test("A double that is not finite is refused and nothing is written", arguments: [Double.nan, .infinity, -.infinity])
    func notFinite(value: Double) {
        var buffer = ByteBuffer(string: ">")
        #expect(throws: JSONError.self) { try JSONWriter.write([1, value], to: &buffer) }
        #expect(String(buffer: buffer) == ">")
        #expect(JSONValue.number(value).serialized == "null")
    }

    @Test(
        "An encoder that writes no single value is refused",
        arguments: [
            Sloppy { _ in },
            Sloppy {
                $0.null(); $0.null()
            }, Sloppy { $0.member("a", 1) }, Sloppy { $0.item(1) }, Sloppy { $0.object { $0.item(1) } },
            Sloppy { $0.array { $0.member("a", 1) } }, Sloppy { $0.object { $0.null() } }, Sloppy { $0.array { $0.item(Sloppy { _ in }) } },
        ]
    )
    func sloppy(value: Sloppy) { #expect(throws: JSONError.self) { try text(value) } }

    /// A value with attachments in it, as deep as JSON goes.
    private static let nested: Sloppy = Sloppy {
        $0.object {
            $0.member("a", BinaryAttachment([1]))
            $0.member("list", [BinaryAttachment([2, 2]), BinaryAttachment([])])
            $0.member("none", BinaryAttachment?.none)
        }
    }

    @Test("SIO-08: attachments leave placeholders in the text, numbered on from those before")
    func attachments() throws {
        var buffer = ByteBuffer(string: ">")
        var found = [ByteBuffer(bytes: [0])]
        try JSONWriter.write(Self.nested, to: &buffer, collecting: &found)
        #expect(
            String(buffer: buffer) == #">{"a":{"_placeholder":true,"num":1},"list":[{"_placeholder":true,"num":2},"#
                + #"{"_placeholder":true,"num":3}],"none":null}"#)
        #expect(found.map { Array($0.readableBytesView) } == [[0], [1], [2, 2], []])
        #expect(PlaceholderCount.of(Array(buffer.readableBytesView).span) == 3)
    }

    @Test("SIO-08: where no attachment can follow the text, a value that holds one is refused and nothing is written")
    func attachmentOutOfPlace() {
        var buffer = ByteBuffer(string: ">")
        #expect { try JSONWriter.write(Self.nested, to: &buffer) } throws: { ($0 as? JSONError)?.code == .attachment }
        #expect(String(buffer: buffer) == ">")
    }

    @Test("LIM-01: a packet has 64 attachments at most; one more leaves text and attachments as they were")
    func tooManyAttachments() throws {
        var buffer = ByteBuffer(string: ">")
        var found: [ByteBuffer] = []
        try JSONWriter.write([BinaryAttachment](repeating: BinaryAttachment([1]), count: 64), to: &buffer, collecting: &found)
        let length = buffer.readableBytes
        #expect(found.count == 64)
        #expect { try JSONWriter.write([BinaryAttachment([2])], to: &buffer, collecting: &found) } throws: {
            ($0 as? JSONError)?.code == .attachment
        }
        #expect(buffer.readableBytes == length)
        #expect(found.count == 64)
    }

    @Test("REL-07: a value without attachments makes as many objects for a packet as it makes alone")
    func noAttachments() throws {
        let value = Receipt(id: 1, note: "x", tags: ["a", "b"])
        var buffer = ByteBuffer()
        buffer.reserveCapacity(65_536)
        var found: [ByteBuffer] = []
        var isWritten = true
        func alone() { isWritten = (try? JSONWriter.write(value, to: &buffer)) != nil && isWritten }
        func ofPacket() { isWritten = (try? JSONWriter.write(value, to: &buffer, collecting: &found)) != nil && isWritten }
        // The first ones make what is made once.
        alone()
        ofPacket()
        let plain = try #require(AllocationCounter.count { for _ in 0..<16 { alone() } })
        let packet = try #require(AllocationCounter.count { for _ in 0..<16 { ofPacket() } })
        #expect(packet == plain)
        #expect(isWritten && found.isEmpty)
    }

    @Test(
        "SIO-08: members named _placeholder are counted, texts that only look like one are not",
        arguments: [
            ("{\"_placeholder\":true,\"num\":0}", 1), ("[{\"_placeholder\":1},{\"_placeholder\":2}]", 2), ("\"_placeholder\"", 0),
            ("{\"a\":\"\\\"_placeholder\\\":true\"}", 0), ("{\"x_placeholder\":true}", 0), ("{\"_placeholder2\":true}", 0),
            ("\"_placeholder", 0), ("", 0),
        ])
    func counts(_ text: String, _ count: Int) { #expect(PlaceholderCount.of(Array(text.utf8).span) == count) }

    @Test("Strings are escaped where JSON or old JavaScript needs it, at every offset")
    func strings() throws {
        #expect(
            try text("\"\\/\u{0}\u{1E}\u{1F}\u{7F}\n\r\t\u{2028}\u{2029}\u{2027}é😀") == #">"\"\\/\u0000\u001e\u001f"# + "\u{7F}"
                + #"\n\r\t\u2028\u2029"# + "\u{2027}é😀\"")
        for scalar in ["\"", "\u{1}", "\u{2028}", "é"] {
            for before in 0..<20 {
                let value = String(repeating: "a", count: before) + scalar + String(repeating: "b", count: 20 - before)
                #expect(try JSONValue(parsing: JSONValue.string(value).serialized) == .string(value))
            }
        }
    }

    @Test("VAL-34: the list of violations stays under 8 KiB and stays JSON")
    func capped() throws {
        let violations = (0..<64).map {
            Violation(path: "\($0)", constraint: "isString", message: String(repeating: "\u{1}é", count: 100), limit: 3)
        }
        let fitting = ValidationError(violations: violations).violationsThatFit()
        #expect(fitting == Array(violations.prefix(fitting.count)))
        #expect(fitting.count > 3 && fitting.count < 64)
        var buffer = ByteBuffer()
        try fitting.encode(into: &buffer)
        #expect(buffer.readableBytes <= 8_192 - 500)
        #expect(try JSONValue(parsing: buffer).arrayValue?.count == fitting.count)
        var golden = ByteBuffer()
        try [Violation(path: "a", constraint: "max", message: "a must be at most 5", limit: 5)].encode(into: &golden)
        #expect(String(buffer: golden) == #"[{"path":"a","constraint":"max","message":"a must be at most 5","limit":5}]"#)
    }
}

@Suite("The tape")
struct DocumentTests {
    @Test("Values are found by member, index and pointer, and read in place")
    func navigation() throws {
        var document = JSONDocument()
        try document.scan(ByteBuffer(string: #" {"a":[1,{"b":"x\n"},true],"k\u0065y":"plain","n":null} "#))
        let root = document.root
        let array = try #require(document.member(named: "a", of: root))
        #expect(document.count(of: array) == 3)
        #expect(document.items(of: array).map(Array.init)?.count == 3)
        #expect(document.members(of: root).map { $0.map { document.string(of: $0.key) } } == ["a", "key", "n"])
        let pointer: JSONPointer = "/a/1/b"
        let text = try #require(document.value(at: pointer, from: root))
        #expect(document.string(of: text) == "x\n")
        #expect(document.isString(text, equalTo: "x\n"))
        #expect(document.withStringBytes(of: text) { $0.count } == 2)
        let plain = try #require(document.member(named: String("key"), of: root))
        #expect(document.withStringBytes(of: plain) { $0.count } == 5)
        #expect(document.isString(plain, equalTo: String("plain")))
        #expect(!document.isString(plain, equalTo: String("plaiN")))
        #expect(String(buffer: document.rawBytes(of: array)) == #"[1,{"b":"x\n"},true]"#)
        #expect(String(buffer: document.rawBytes(of: plain)) == "\"plain\"")
        #expect(document.bool(of: document.next(after: array) - 1) == true)
        #expect(try document.owned(at: array).serialized == #"[1,{"b":"x\n"},true]"#)
    }

    @Test("An index that is not on the tape reads as absent", arguments: [-1, 1, 99, Int.max, Int.min])
    func absent(node: Int) throws {
        var document = JSONDocument()
        try document.scan(ByteBuffer(string: "1"))
        #expect(document.kind(of: node) == nil)
        #expect(document.string(of: node) == nil)
        #expect(document.int64(of: node) == nil)
        #expect(document.member(named: "a", of: node) == nil)
        #expect(document.rawBytes(of: node).readableBytes == 0)
        #expect(document.count(of: node) == 0)
        #expect(throws: ValidationError.self) { try SendMessage.schema.decode(document, at: node) }
    }

    @Test("Random damage to a text never traps, and what is read is written back the same")
    func damage() throws {
        var random = SeededRandom(seed: 7)
        let seed = Array(#"{"room":"général","items":[{"a":-1.5e3,"b":"\ud83d\ude00\n"},null,true,[[]],{}],"n":12345678901234567890}"#.utf8)
        for _ in 0..<5_000 {
            var bytes = seed
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[index] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes.remove(at: index)
                default: bytes.insert(bytes[Int.random(in: 0..<bytes.count, using: &random)], at: index)
                }
            }
            guard let value = try? JSONValue(parsing: bytes) else { continue }
            #expect(try JSONValue(parsing: value.serialized) == value)
            _ = violations(SendMessage.self, String(decoding: bytes, as: UTF8.self))
        }
    }
}
