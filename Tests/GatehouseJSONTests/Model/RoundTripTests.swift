import GatehouseJSON
import GatehouseTestSupport
import NIOCore
import Testing

@Suite("MDL-10: one declaration for both ways")
struct RoundTripTests {
    /// The text and the attachments of a value.
    private func written(_ value: some JSONEncodable) throws -> (text: String, attachments: [ByteBuffer]) {
        var buffer = ByteBuffer()
        var attachments: [ByteBuffer] = []
        try value.encode(into: &buffer, collecting: &attachments)
        return (String(buffer: buffer), attachments)
    }

    private func read<Value: FieldValue>(_ type: Value.Type, _ text: String, _ attachments: [ByteBuffer] = []) throws -> Value {
        var document = JSONDocument()
        try document.scan(ByteBuffer(string: text), limits: .maximum)
        return try type.reader([]).decode(document, at: document.root, attachments: attachments)
    }

    @Test("What a schema has written it reads as the same value, for a field of every type", arguments: 1...20)
    func everything(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for _ in 0..<100 {
            let value = random.everything()
            let (text, attachments) = try written(value)
            let back = try read(Everything.self, text, attachments)
            #expect(back == value, "\(text)")
            let again = try written(back)
            #expect(again.text == text)
            #expect(again.attachments == attachments)
        }
    }

    @Test("A payload with a field of every type makes sense where it is registered")
    func makesSense() { #expect(Everything.schema.problems() == []) }

    struct Update: Payload, Equatable {
        var name: String?
        var note: Patch<String>
        var list: [Int?]
        var limit: Int?
        var inner: Disc?
        static let schema = Schema(
            Field("name", \.name), Field("note", \.note), Field("list", \.list, .count(...3)), Field("limit", \.limit, default: 7),
            Field("inner", \.inner), make: Update.init)
    }

    static let updates: [(Update, String)] = [
        (Update(note: .keep, list: []), #"{"list":[],"limit":null}"#),
        (Update(note: .remove, list: [nil, 1]), #"{"note":null,"list":[null,1],"limit":null}"#),
        (Update(name: "", note: .set(""), list: [], limit: 7), #"{"name":"","note":"","list":[],"limit":7}"#),
        (Update(note: .keep, list: [], limit: 1, inner: Disc(radius: 1)), #"{"list":[],"limit":1,"inner":{"radius":1.0}}"#),
    ]

    @Test("nil and `keep` are left out, `remove` is null; nil of a field with a default is null, which is not absent", arguments: updates)
    func leftOut(_ value: Update, _ text: String) throws {
        #expect(try written(value).text == text)
        #expect(try read(Update.self, text) == value)
    }

    struct Watched: Payload, Equatable {
        var count: Int { didSet { changes += 1 } }
        private(set) var changes = 0
        let unit: String
        static let schema = Schema(Field("count", \.count), Field("unit", \.unit), make: { Watched(count: $0, unit: $1) })
    }

    @Test("Computed properties, those with observers and constants are written")
    func properties() throws {
        #expect(try written(Distance(metres: 7_000)).text == #"{"km":7}"#)
        #expect(try written(Watched(count: 1, unit: "m")).text == #"{"count":1,"unit":"m"}"#)
        #expect(try written(Note(text: "a", urgent: true)).text == #"{"text":"a","urgent":true}"#)
        #expect(Watched.schema.problems() == [])
    }

    @Test("A union is written with its discriminator first")
    func unions() throws {
        #expect(try written(Outline.circle(Disc(radius: 0.5))).text == #"{"kind":"circle","radius":0.5}"#)
        #expect(try written([Outline.item(Item(name: "a", color: .red))]).text == #"[{"kind":"item","name":"a","color":"red"}]"#)
    }

    struct Half: Payload {
        var part: Partial
        static let schema = Schema(Field("part", \.part), make: Half.init)
    }

    enum Partial: TaggedUnion {
        case known(Disc), forgotten
        static let discriminator = "kind"
        static let cases = [UnionCase("known", make: Partial.known) { if case .known(let body) = $0 { body } else { nil } }]
    }

    @Test("A union's value that is none of its forms is refused, and nothing of it is written")
    func forgotten() {
        var buffer = ByteBuffer(string: "before")
        #expect(throws: JSONError.self) { try Half(part: .forgotten).encode(into: &buffer) }
        #expect(String(buffer: buffer) == "before")
    }

    struct Endless: Payload {
        var name: String
        var next: [Endless]
        var other: [String: Endless]
        static let schema = Schema(
            Field("name", \.name), Field("next", \.next, .count(...4)),
            Field("other", \.other, .count(...4), .keys(.length(...4))), make: Endless.init)
    }

    struct Chain: Payload {
        var next: [Chain]?
        var length: Int?
        static let schema = Schema(Field("next", \.next, .count(...1)), Field("length", \.length), make: Chain.init)
    }

    @Test("The registration of a payload that contains itself ends, whether its own fields must be there or not")
    func recursion() {
        #expect(Branch.schema.problems() == [])
        #expect(Endless.schema.problems() == [])
        #expect(Chain.schema.problems() == [])
    }
}
