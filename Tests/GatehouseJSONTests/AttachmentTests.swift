import GatehouseJSON
import NIOCore
import Testing

/// A DTO with attachments in every place where a field can have them.
private struct Album: Payload, Equatable {
    var cover: BinaryAttachment
    var pages: [BinaryAttachment]
    var back: BinaryAttachment?
    var note: String?

    static let schema = Schema(
        Field("cover", \.cover, .binary(max: 8, types: [.png, .gif])),
        Field("pages", \.pages, .count(...3), .each(.binary(max: 4)), default: []),
        Field("back", \.back, .binary(max: 4)),
        Field("note", \.note),
        make: Album.init
    )
}

private let gif = Array("GIF89a".utf8)

@Suite("Attachments in DTOs")
struct AttachmentTests {
    private func decode<Value: Payload>(_ type: Value.Type, _ text: String, _ attachments: [[UInt8]]) throws -> Value {
        var document = JSONDocument()
        try document.scan(ByteBuffer(string: text))
        return try type.schema.decode(document, at: document.root, attachments: attachments.map { ByteBuffer(bytes: $0) })
    }

    private func faults<Value: Payload>(_ type: Value.Type, _ text: String, _ attachments: [[UInt8]]) throws -> [String] {
        do {
            _ = try decode(type, text, attachments)
            return []
        } catch let error as ValidationError {
            return error.violations.map { "\($0.path) \($0.constraint)" }
        }
    }

    private static func place(_ number: Int) -> String { "{\"_placeholder\":true,\"num\":\(number)}" }

    @Test("VAL-49: each placeholder becomes the attachment of its number, in fields, arrays and optionals")
    func resolves() throws {
        let text = """
            {"pages":[\(Self.place(2)),\(Self.place(0))],"back":{"num":3,"_placeholder":true},"cover":\(Self.place(1))}
            """
        let album = try decode(Album.self, text, [[0], gif, [2, 2], []])
        #expect(album == Album(cover: .init(gif), pages: [.init([2, 2]), .init([0])], back: .init([])))
        #expect(try decode(Album.self, "{\"cover\":\(Self.place(0)),\"back\":null}", [gif]).back == nil)
    }

    static let rows: [(text: String, attachments: [[UInt8]], faults: [String])] = [
        // Size and kind.
        ("{\"cover\":\(place(0))}", [gif], []),
        ("{\"cover\":\(place(0))}", [[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]], []),
        ("{\"cover\":\(place(0))}", [gif + [0, 0, 0]], ["cover isByteLength"]),
        ("{\"cover\":\(place(0))}", [Array("%PDF-".utf8)], ["cover isMimeType"]),
        ("{\"cover\":\(place(0))}", [Array("GIF".utf8)], ["cover isMimeType"]),
        ("{\"cover\":\(place(0))}", [[]], ["cover isMimeType"]),
        ("{\"cover\":\(place(0)),\"pages\":[\(place(1)),\(place(2))]}", [gif, [1], [1, 2, 3, 4, 5]], ["pages.1 isByteLength"]),
        ("{\"cover\":\(place(0)),\"back\":\(place(1))}", [gif, [1, 2, 3, 4, 5]], ["back isByteLength"]),
        ("{\"cover\":\(place(0)),\"pages\":[1,2,3,4]}", [gif], ["pages arrayMaxSize"]),
        // Other shapes.
        ("{\"cover\":\"GIF89a\"}", [gif], ["cover isAttachment"]),
        ("{\"cover\":[71,73,70]}", [gif], ["cover isAttachment"]),
        ("{\"cover\":null}", [gif], ["cover isAttachment"]),
        ("{\"cover\":0}", [gif], ["cover isAttachment"]),
        ("{\"cover\":{}}", [gif], ["cover isAttachment"]),
        ("{\"cover\":{\"num\":0}}", [gif], ["cover isAttachment"]),
        ("{\"cover\":{\"_placeholder\":false,\"num\":0}}", [gif], ["cover isAttachment"]),
        ("{\"cover\":{\"_placeholder\":\"true\",\"num\":0}}", [gif], ["cover isAttachment"]),
        ("{\"cover\":{\"_placeholder\":true}}", [gif], ["cover isAttachment"]),
        ("{\"cover\":{\"_placeholder\":true,\"num\":0,\"more\":1}}", [gif], ["cover isAttachment"]),
        ("{}", [], ["cover isDefined"]),
        // Numbers without an attachment, and messages without any: what a text event forges.
        ("{\"cover\":\(place(1))}", [gif], ["cover isAttachment"]),
        ("{\"cover\":\(place(-1))}", [gif], ["cover isAttachment"]),
        ("{\"cover\":\(place(.max))}", [gif], ["cover isAttachment"]),
        ("{\"cover\":\(place(.min))}", [gif], ["cover isAttachment"]),
        ("{\"cover\":{\"_placeholder\":true,\"num\":99999999999999999999}}", [gif], ["cover isAttachment"]),
        ("{\"cover\":{\"_placeholder\":true,\"num\":1e0}}", [gif, gif], ["cover isAttachment"]),
        ("{\"cover\":{\"_placeholder\":true,\"num\":\"0\"}}", [gif], ["cover isAttachment"]),
        ("{\"cover\":\(place(0))}", [], ["cover isAttachment"]),
        ("{\"cover\":\(place(0)),\"pages\":[\(place(1))]}", [], ["cover isAttachment", "pages.0 isAttachment"]),
        // An attachment where another type belongs, or no field.
        ("{\"cover\":\(place(0)),\"note\":\(place(1))}", [gif, [1]], ["note isString"]),
        ("{\"cover\":\(place(0)),\"extra\":\(place(1))}", [gif, [1]], ["extra whitelistValidation"]),
    ]

    @Test("VAL-49: what is too large, of another kind or no attachment at all is a violation of its field", arguments: rows)
    func violations(_ row: (text: String, attachments: [[UInt8]], faults: [String])) throws {
        #expect(try faults(Album.self, row.text, row.attachments) == row.faults, "\(row.text)")
    }

    @Test("VAL-49: the violation names the bound and the kinds, never a byte")
    func messages() throws {
        var document = JSONDocument()
        try document.scan(ByteBuffer(string: "{\"cover\":\(Self.place(0))}"))
        #expect(
            throws: ValidationError(violations: [
                Violation(path: "cover", constraint: "isByteLength", message: "cover must have 0 to 8 bytes", limit: 8)
            ])
        ) { try Album.schema.decode(document, at: document.root, attachments: [ByteBuffer(repeating: 0x41, count: 9)]) }
        #expect(
            throws: ValidationError(violations: [
                Violation(path: "cover", constraint: "isMimeType", message: "cover must be one of: image/png, image/gif")
            ])
        ) { try Album.schema.decode(document, at: document.root, attachments: [ByteBuffer(repeating: 0x41, count: 8)]) }
    }

    @Test("VAL-49: a bound below zero is found at registration")
    func badBound() {
        let schema = Schema<BinaryAttachment>(Field("file", \.self, .binary(max: -1))) { $0 }
        #expect(schema.problems().map(\.text) == ["a length is negative"])
    }

    @Test("A value that was taken out of its text is decoded with its attachments")
    func owned() throws {
        let value: JSONValue = ["cover": ["_placeholder": true, "num": 1], "note": "\u{2028}"]
        let album = try Album.reader([]).decode(value, attachments: [.init([1]), .init(gif)])
        #expect(album == Album(cover: .init(gif), pages: [], note: "\u{2028}"))
        #expect(throws: ValidationError.self) { try Album.reader([]).decode(value, attachments: [.init(gif)]) }
    }

    @Test("An attachment is a collection of its bytes")
    func collection() {
        let attachment = BinaryAttachment(gif)
        #expect(attachment.count == 6)
        #expect(Array(attachment) == gif)
        #expect(attachment[5] == 0x61)
        #expect(attachment.starts(with: gif.prefix(3)))
        #expect(attachment == BinaryAttachment("GIF89a".utf8))
        #expect(BinaryAttachment([]).isEmpty)
        #expect("\(attachment)" == "6 bytes")
    }
}
