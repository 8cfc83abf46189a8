import GatehouseJSON
import NIOCore
import Testing

@testable import SocketIO

@Suite("Socket.IO packet payloads")
struct PacketDecoderTests {
    /// What became of a packet: the event's name, or why the connection is closed, or why only the payload is refused.
    private func outcome(_ text: String, attachments: [String] = [], limits: JSONLimits = .default) throws -> String {
        var decoder = PacketDecoder(limits: limits)
        let buffer = ByteBuffer(string: text)
        let header = try PacketHeader(decoding: buffer.readableBytesUInt8Span)
        do {
            let event = try decoder.event(header, buffer, attachments.map { ByteBuffer(string: $0) })
            return event.fault.map { "\($0.kind) \($0.reason) of \(event.name ?? "?")" } ?? "\(event.name ?? "?")/\(event.argumentCount)"
        } catch {
            return error.code.rawValue
        }
    }

    static let events: [(String, String)] = [
        ("2[\"m\"]", "m/0"),
        ("2[\"m\",1,{\"a\":[2]}]", "m/2"),
        ("2[ \"m\" , null ]", "m/1"),
        ("2[\"\\u006d\"]", "m/0"),
        ("2[\"\"]", "/0"),
        ("2[\"" + String(repeating: "n", count: 128) + "\"]", String(repeating: "n", count: 128) + "/0"),
        // Since Socket.IO 3.1; its text is the name.
        ("2[7]", "7/0"), ("2[ 1 ,{}]", "1/1"), ("2[-1.50]", "-1.50/0"), ("2[1e400]", "1e400/0"), ("2[\"7\"]", "7/0"),
        ("2[{\"toString\":\"x\"}]", "bad_event_name"),
        ("2[true]", "bad_event_name"),
        ("2[null]", "bad_event_name"),
        ("2[[\"m\"]]", "bad_event_name"),
        ("2[]", "bad_event_name"),
        ("2{}", "bad_payload"),
        ("2\"m\"", "bad_payload"),
        ("2", "bad_payload"),
        ("2abc[\"m\"]", "bad_payload"),
        ("2[\"m\"", "bad_payload"),
        ("2[\"m\"]x", "bad_payload"),
        ("2[\"connect\"]", "reserved_event_name"),
        ("2[\"con\\u006eect\",1]", "reserved_event_name"),
        ("2[\"disconnecting\"]", "reserved_event_name"),
    ]

    @Test("SIO-06, AC-11, REG-15: an event is an array that starts with a name of the application's", arguments: events)
    func decodesEvents(_ text: String, _ expected: String) throws { #expect(try outcome(text) == expected) }

    private static let deep = String(repeating: "[", count: 40) + String(repeating: "]", count: 40)

    static let faults: [(String, String)] = [
        ("2[\"m\",{\"a\":1,\"a\":2}]", "invalid duplicateKey of m"),
        ("2[ \"\\u006d\" ,{\"a\":1,\"a\":2}]", "invalid duplicateKey of m"),
        ("2[7,{\"a\":1,\"a\":2}]", "invalid duplicateKey of 7"),
        ("2[\"m\",\"\\ud800\"]", "invalid loneSurrogate of m"),
        ("2[\"\\ud800\"]", "invalid loneSurrogate of ?"),
        ("2[\"m\",\(deep)]", "tooLarge depth of m"),
        ("2[\(deep)]", "tooLarge depth of ?"),
        ("2[\"" + String(repeating: "n", count: 129) + "\"]", "tooLarge eventName of ?"),
        ("2[\"" + String(repeating: "\\u006e", count: 129) + "\"]", "tooLarge eventName of ?"),
        ("2[\"" + String(repeating: "\\u006e", count: 128) + "\",\(deep)]", "tooLarge depth of \(String(repeating: "n", count: 128))"),
        ("2[\"" + String(repeating: "n", count: 20_000) + "\"]", "tooLarge stringLength of ?"),
        ("29007199254740992[\"m\"]", "invalid ackID of m"),
        ("2" + String(repeating: "9", count: 10_000) + "[\"m\"]", "invalid ackID of m"),
        ("511-7[\"m\",\(placeholder("0"))]", "tooLarge attachments of m"),
        ("51024-[\"m\"]", "tooLarge attachments of m"),
    ]

    @Test("VAL-08: what only the payload is to blame for leaves the connection alone", arguments: faults)
    func faultsAreNotFatal(_ text: String, _ expected: String) throws { #expect(try outcome(text) == expected) }

    private static func placeholder(_ num: String) -> String { "{\"_placeholder\":true,\"num\":\(num)}" }

    static let binary: [(String, Int, String)] = [
        ("50-[\"m\"]", 0, "m/0"),
        ("51-[\"m\",\(placeholder("0"))]", 1, "m/1"),
        ("52-[\"m\",\(placeholder("1")),{\"a\":[\(placeholder("0"))]}]", 2, "m/2"),
        ("52-[\"m\",\(placeholder("0"))]", 2, "invalid placeholder of m"),
        ("52-[\"m\",\(placeholder("0")),\(placeholder("0"))]", 2, "invalid placeholder of m"),
        ("51-[\"m\",\(placeholder("0")),\(placeholder("1"))]", 1, "invalid placeholder of m"),
        ("51-[\"m\",\(placeholder("1"))]", 1, "invalid placeholder of m"),
        ("51-[\"m\",\(placeholder("-1"))]", 1, "invalid placeholder of m"),
        ("51-[\"m\",\(placeholder("1.5"))]", 1, "invalid placeholder of m"),
        ("51-[\"m\",\(placeholder("1e9"))]", 1, "invalid placeholder of m"),
        ("51-[\"m\",\(placeholder("\"0\""))]", 1, "invalid placeholder of m"),
        ("51-[\"m\",{\"_placeholder\":true}]", 1, "invalid placeholder of m"),
        ("51-[\"m\"]", 1, "invalid placeholder of m"),
        ("51-[\(placeholder("0"))]", 1, "bad_event_name"),
        ("50-[\"m\",\(placeholder("0"))]", 0, "invalid placeholder of m"),
        ("51-[1,\(placeholder("1"))]", 1, "invalid placeholder of 1"),
    ]

    @Test("SIO-08, AC-10: each num is an integer in range, used once, and every attachment has its place", arguments: binary)
    func placeholders(_ text: String, _ attachments: Int, _ expected: String) throws {
        #expect(try outcome(text, attachments: Array(repeating: "x", count: attachments)) == expected)
    }

    static let answers: [(String, String)] = [
        ("35[]", "5:[]"), ("35[1,\"a\"]", "5:[1,\"a\"]"), ("3[]", "?:[]"), ("35{}", "bad_payload"), ("35", "bad_payload"),
        ("35[", "bad_payload"),
        // VAL-08: refused, and the connection goes on.
        ("35[{\"a\":1,\"a\":2}]", "5:duplicateKey"), ("35[\"\(String(repeating: "x", count: 20_000))\"]", "5:stringLength"),
        ("35\(String(repeating: "[", count: 40))\(String(repeating: "]", count: 40))", "5:depth"), ("35[1e999]", "5:numberRange"),
        ("39007199254740992[]", "?:ackID"), ("611-5[]", "5:attachments"),
        ("60-5[\(placeholder("0"))]", "5:placeholder"),
    ]

    @Test("SIO-09: an ack has an id and an array", arguments: answers)
    func acks(_ text: String, _ expected: String) throws {
        var decoder = PacketDecoder(limits: .default)
        let buffer = ByteBuffer(string: text)
        let header = try PacketHeader(decoding: buffer.readableBytesUInt8Span)
        let id = header.ackID.map { "\($0)" } ?? "?"
        do {
            switch try decoder.ack(header, buffer, []) {
            case .success(let arguments): #expect("\(id):\(JSONValue.array(arguments).serialized)" == expected)
            case .failure(let fault): #expect("\(id):\(fault.reason)" == expected)
            }
        } catch {
            #expect(error.code.rawValue == expected)
        }
    }

    @Test("once an event has been handled, nobody but its sender holds the buffer that it came in")
    func letsGo() throws {
        var decoder = PacketDecoder(limits: .default)
        var buffer = ByteBufferAllocator().buffer(capacity: 4_096)
        buffer.writeString("2[\"m\",{\"a\":1}]")
        let before = place(of: buffer)
        try handle(buffer, &decoder)
        decoder.clear()
        // A buffer that somebody else holds gets new memory here.
        buffer.clear(minimumCapacity: 4_096)
        buffer.writeString("2[\"n\"]")
        #expect(place(of: buffer) == before)
        try handle(buffer, &decoder)
    }

    private func handle(_ buffer: ByteBuffer, _ decoder: inout PacketDecoder) throws {
        #expect(try decoder.event(PacketHeader(decoding: buffer.readableBytesUInt8Span), buffer, []).name?.utf8.count == 1)
    }

    private func place(of buffer: ByteBuffer) -> UInt { unsafe buffer.withUnsafeReadableBytes { UInt(bitPattern: $0.baseAddress) } }

    @Test("a decoder is used again and again, and remembers nothing")
    func reuse() throws {
        var decoder = PacketDecoder(limits: .default)
        for (text, expected) in [("2[\"first\",1,2]", "first"), ("2[\"second\"]", "second")] {
            let buffer = ByteBuffer(string: text)
            let event = try decoder.event(PacketHeader(decoding: buffer.readableBytesUInt8Span), buffer, [])
            #expect(event.name == expected)
        }
        let broken = ByteBuffer(string: "2[\"x\"")
        let header = try PacketHeader(decoding: broken.readableBytesUInt8Span)
        #expect(throws: PacketError.self) { try decoder.event(header, broken, []).argumentCount }
        let whole = ByteBuffer(string: "2[\"third\",1]")
        #expect(try decoder.event(PacketHeader(decoding: whole.readableBytesUInt8Span), whole, []).name == "third")
    }
}
