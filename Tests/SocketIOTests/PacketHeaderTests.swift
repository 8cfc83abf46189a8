import Testing

@testable import SocketIO

@Suite("Socket.IO packet header")
struct PacketHeaderTests {
    struct Accepted: CustomTestStringConvertible, Sendable {
        let text: String
        let type: PacketType
        var attachments = 0
        var namespace = ""
        var ackID: UInt64?
        var payload = ""
        var testDescription: String { text }
    }

    static let accepted: [Accepted] = [
        Accepted(text: "0", type: .connect),
        Accepted(text: "0{\"token\":\"x\"}", type: .connect, payload: "{\"token\":\"x\"}"),
        Accepted(text: "0/chat,", type: .connect, namespace: "/chat"),
        Accepted(text: "0/chat", type: .connect, namespace: "/chat"),
        Accepted(text: "0/chat,{}", type: .connect, namespace: "/chat", payload: "{}"),
        Accepted(text: "0/,{}", type: .connect, payload: "{}"),
        Accepted(text: "1/chat,", type: .disconnect, namespace: "/chat"),
        Accepted(text: "2[\"a\"]", type: .event, payload: "[\"a\"]"),
        Accepted(text: "20[\"a\"]", type: .event, ackID: 0, payload: "[\"a\"]"),
        Accepted(text: "2/chat,12[\"a\"]", type: .event, namespace: "/chat", ackID: 12, payload: "[\"a\"]"),
        Accepted(text: "39007199254740991[]", type: .ack, ackID: 9_007_199_254_740_991, payload: "[]"),
        Accepted(text: "50-[\"m\"]", type: .binaryEvent, payload: "[\"m\"]"),
        Accepted(text: "52-/chat,7[\"m\"]", type: .binaryEvent, attachments: 2, namespace: "/chat", ackID: 7, payload: "[\"m\"]"),
        Accepted(text: "610-1[]", type: .binaryAck, attachments: 10, ackID: 1, payload: "[]"),
    ]

    @Test("SIO-08, SIO-09: count, namespace, ack id and payload are found in that order", arguments: accepted)
    func decodes(_ expected: Accepted) throws {
        let bytes = Array(expected.text.utf8)
        let header = try PacketHeader(decoding: bytes.span)
        #expect(header.type == expected.type)
        #expect(header.attachments == expected.attachments)
        #expect(String(decoding: bytes[header.namespace], as: UTF8.self) == expected.namespace)
        #expect(header.ackID == expected.ackID)
        #expect(String(decoding: bytes[header.payload], as: UTF8.self) == expected.payload)
    }

    static let refused: [(String, PacketError.Code)] = [
        ("", .empty),
        ("abc", .unknownType),
        ("7", .unknownType),
        ("-1", .unknownType),
        ("5[\"m\"]", .badAttachmentCount),
        ("5-[\"m\"]", .badAttachmentCount),
        ("51[\"m\"]", .badAttachmentCount),
        ("51", .badAttachmentCount),
        ("51025-[\"m\"]", .tooManyAttachments),
        ("5999999-[]", .tooManyAttachments),
        ("5" + String(repeating: "9", count: 1 << 20) + "-[]", .badAttachmentCount),
        ("0/" + String(repeating: "n", count: 2_048) + ",", .badNamespace),
    ]

    @Test("AC-02, AC-14, SIO-06: what is no packet is refused, in time that does not grow with it", arguments: refused)
    func refuses(_ text: String, _ code: PacketError.Code) {
        let bytes = Array(text.utf8)
        let error = #expect(throws: PacketError.self) { try PacketHeader(decoding: bytes.span) }
        #expect(error?.code == code)
    }

    /// What is refused when it is complete, with the attachments and the payload that are found all the same.
    static let faults: [(String, EventFault, Int, String)] = [
        ("511-[\"m\"]", .attachments(limit: 10), 11, "[\"m\"]"),
        ("51024-/chat,7[\"m\"]", .attachments(limit: 10), 1_024, "[\"m\"]"),
        ("29007199254740992[]", .ackID, 0, "[]"),
        ("2" + String(repeating: "0", count: 17) + "[]", .ackID, 0, "[]"),
        ("2" + String(repeating: "1", count: 1 << 20) + "[]", .ackID, 0, "[]"),
        ("511-99999999999999999999[]", .attachments(limit: 10), 11, "[]"),
    ]

    @Test("SIO-08, SIO-09, SIO-13, AC-02: where a packet that goes too far ends is known, so only it is refused", arguments: faults)
    func faulty(_ text: String, _ fault: EventFault, _ attachments: Int, _ payload: String) throws {
        let bytes = Array(text.utf8)
        let header = try PacketHeader(decoding: bytes.span)
        #expect(header.fault == fault && header.attachments == attachments)
        #expect(String(decoding: bytes[header.payload], as: UTF8.self) == payload)
    }

    @Test("SIO-10: the protocol's own names are reserved, and only they")
    func reservedNames() {
        for name in ReservedEventNames.all { #expect(isReserved(name)) }
        for name in ["", "message", "Connect", "connect ", "disconnected", "newlistener", "connect_erro"] { #expect(!isReserved(name)) }
    }

    /// A span cannot be named inside `#expect`.
    private func isReserved(_ name: String) -> Bool { ReservedEventNames.contains(Array(name.utf8).span) }
}
