import GatehouseJSON
import GatehouseTesting
import NIOCore
import SocketIO
import Testing

@testable import Gatehouse

@Suite("Packets that close the connection")
struct BrokenPacketTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var packets: [String]
        var fault: PacketError.Code
        var testDescription: String { packets.joined(separator: " ").prefix(60) + "" }

        init(_ packets: String..., fault: PacketError.Code) {
            self.packets = packets
            self.fault = fault
        }
    }

    static let cases: [Case] = [
        Case("abc", fault: .unknownType),
        Case("", fault: .empty),
        Case("7", fault: .unknownType),
        Case("2{}", fault: .badPayload),
        Case("2abc[\"now\"]", fault: .badPayload),
        Case("2[]", fault: .badEventName),
        Case("2[1]", fault: .badEventName),
        Case("2[{\"toString\":\"x\"}]", fault: .badEventName),
        Case("2[\"connect\"]", fault: .reservedEventName),
        Case("2[\"disconnect\"]", fault: .reservedEventName),
        Case("0", fault: .alreadyJoined),
        Case("0{\"token\":\"x\"}", fault: .alreadyJoined),
        Case("0/side,[]", fault: .badPayload),
        Case("0/side,7{}", fault: .badPayload),
        Case("1{}", fault: .badPayload),
        Case("17", fault: .badPayload),
        Case("4{\"message\":\"x\"}", fault: .notFromClient),
        Case("2/side,[\"now\"]", fault: .notJoined),
        Case("3/side,1[]", fault: .notJoined),
        Case("0/r\u{e9}s,", fault: .badNamespace),
        Case("0/\"x\",", fault: .badNamespace),
        Case("3[]", fault: .badAckID),
        Case("31{}", fault: .badPayload),
        Case("51-[\"now\",{\"_placeholder\":true,\"num\":0}]", "2[\"now\",{}]", fault: .textWhileAttachmentsDue),
        Case("51-[\"now\",{\"_placeholder\":true,\"num\":0}]", "1", fault: .textWhileAttachmentsDue),
        Case("511-[\"now\"]", fault: .tooManyAttachments),
        Case("5999999-[\"now\"]", fault: .tooManyAttachments),
        Case("5" + String(repeating: "9", count: 60_000) + "-[]", fault: .badAttachmentCount),
        Case("2" + String(repeating: "1", count: 60_000) + "[]", fault: .badAckID),
        Case("29007199254740992[\"now\",{}]", fault: .badAckID),
    ]

    @Test("SIO-06, AC-02, AC-11, AC-14: a broken packet ends its connection with protocol_error, and no other", arguments: cases)
    func closes(_ one: Case) async throws {
        let reasons = Recorder()
        let gateway = ScriptGateway<Root>(left: { _, reason in reasons.note(reason.rawValue) })
        try await TestServer.with(
            PendingMount(gateway), PendingMount(ScriptGateway<Side>()),
            configure: { $0.policies = TestPolicies().allowing().allowing("/side") }
        ) { server in
            let other = try await server.join("bob")
            let client = try await server.join()
            for packet in one.packets { try await client.sendPacket(packet) }
            #expect(try await client.event("system.closed").first?["code"] == "protocol_error")
            #expect(try await client.closed().code == CloseCode.protocolError.rawValue)
            let closed = try await server.records("conn.closed").last
            #expect(closed?["detail"]?["fault"] == .string(one.fault.rawValue))
            #expect(try await other.emitWithAck("now", [["value": "here"]]) == ["here"])
            #expect(reasons.notes == ["parse error"])
        }
    }

    @Test("SIO-06: over polling it is the same")
    func closesPolling() async throws {
        try await TestServer.with(PendingMount(ScriptGateway<Root>())) { server in
            let client = try await server.join(over: .polling)
            try await client.sendPacket("abc")
            _ = try await client.closed()
            _ = try await server.join()
            #expect(try await server.records("conn.closed").first?["detail"]?["fault"] == "unknown_type")
        }
    }

    @Test("SIO-06, REG-10: a binary message that nothing announced closes the connection")
    func unexpectedBinary() async throws {
        try await TestServer.with(PendingMount(ScriptGateway<Root>())) { server in
            let client = try await server.join()
            try await client.sendRaw(ByteBuffer(string: "x"))
            #expect(try await client.closed().code == CloseCode.protocolError.rawValue)
            #expect(try await server.records("conn.closed").last?["detail"]?["fault"] == "unexpected_binary")
        }
    }

    @Test(
        "VAL-08: a payload that JSON rules refuse is answered, and the connection goes on",
        arguments: [
            "27[\"now\",{\"value\":1,\"value\":2}]", "27[\"now\",{\"value\":\"\\ud800\"}]",
        ])
    func faultyPayload(_ packet: String) async throws {
        try await TestServer.with(PendingMount(ScriptGateway<Root>())) { server in
            let client = try await server.join()
            try await client.sendPacket(String(packet.replacing("27[", with: "2[")))
            let error = try await client.event("exception").first
            #expect(error?["code"] == "invalid")
            #expect(try await server.record(of: error?["decision"]?.stringValue) != nil)
            #expect(try await client.emitWithAck("now", [["value": 3]]) == [3])
        }
    }
}
