import GatehouseJSON
import GatehouseTestSupport
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
        Case("31{}", fault: .badPayload),
        Case("51-[\"now\",{\"_placeholder\":true,\"num\":0}]", "2[\"now\",{}]", fault: .textWhileAttachmentsDue),
        Case("51-[\"now\",{\"_placeholder\":true,\"num\":0}]", "1", fault: .textWhileAttachmentsDue),
        Case("2[true]", fault: .badEventName),
        Case("2[[1]]", fault: .badEventName),
        Case("19007199254740992", fault: .badPayload),
        Case("0/side,9007199254740992{}", fault: .badPayload),
        Case("0/" + String(repeating: "n", count: 2_048) + ",", fault: .badNamespace),
        Case("511-[\"now\"]", "2[\"now\",{}]", fault: .textWhileAttachmentsDue),
        Case("51025-[\"now\"]", fault: .tooManyAttachments),
        Case("5999999-[\"now\"]", fault: .tooManyAttachments),
        Case("5" + String(repeating: "9", count: 60_000) + "-[]", fault: .badAttachmentCount),
    ]

    /// A server with `/` and `/side`; the recorder has the reasons for which clients left `/`.
    private static func withNamespaces(_ body: (TestServer, Recorder) async throws -> Void) async throws {
        let reasons = Recorder()
        let gateway = ScriptGateway<Root>(left: { _, reason in reasons.note(reason.rawValue) })
        try await TestServer.with(
            PendingMount(gateway), PendingMount(ScriptGateway<Side>()),
            configure: { $0.policies = TestPolicies().allowing().allowing("/side") }
        ) { server in try await body(server, reasons) }
    }

    @Test(
        "SIO-06, AC-02, AC-11, AC-14: a broken packet ends its connection with protocol_error, and no other", arguments: cases,
        SocketIOClient.Transport.allCases)
    func closes(_ one: Case, _ transport: SocketIOClient.Transport) async throws {
        try await Self.withNamespaces { server, reasons in
            let other = try await server.join("bob")
            let client = try await server.join(over: transport)
            for packet in one.packets { try await client.sendPacket(packet) }
            #expect(try await client.event("system.closed").first?["code"] == "protocol_error")
            try await client.event("disconnect")
            let closed = try await client.closed()
            // Polling has no codes; what is said in their place came before.
            #expect(closed.side == .server && closed.code == (transport == .polling ? nil : CloseCode.protocolError.rawValue), "\(closed)")
            let record = try await server.records("conn.closed").last
            #expect(record?["detail"]?["fault"] == .string(one.fault.rawValue))
            #expect(try await other.emitWithAck("now", [["value": "here"]]) == ["here"])
            #expect(reasons.notes == ["parse error"])
        }
    }

    @Test(
        "SIO-04: the server's time goes on for others when a client is closed in the middle of its packets",
        arguments: SocketIOClient.Transport.allCases)
    func timeGoesOn(_ transport: SocketIOClient.Transport) async throws {
        try await TestServer.with(PendingMount(ScriptGateway<Root>())) { server in
            let broken = try await server.join(over: transport)
            try await broken.sendPacket("abc")
            _ = try await broken.closed()
            try await server.advance(.seconds(60))
            // It has five seconds from now on, whenever the last packet of the other came.
            let client = try await server.connect()
            try await server.advance(.seconds(4))
            try await client.join("/", auth: try server.auth())
            #expect(try await client.emitWithAck("now", [["value": 1]]) == [1])
        }
    }

    @Test("ERR-05: what is not even Engine.IO ends each namespace with protocol_error, too", arguments: ["x", "9", "b!"])
    func notEngineIO(_ text: String) async throws {
        try await Self.withNamespaces { server, reasons in
            let client = try await server.join()
            try await client.join("/side", auth: try server.auth())
            try await client.sendRaw(text)
            for namespace in ["/", "/side"] {
                #expect(
                    try await client.event("system.closed", in: namespace).first == ["code": "protocol_error", "retry": false])
                try await client.event("disconnect", in: namespace)
            }
            #expect(try await client.closed().code == CloseCode.protocolError.rawValue)
            #expect(reasons.notes == ["parse error"])
        }
    }

    @Test("ERR-05: over polling the GET that waits says so; the POST and what comes after are refused as ever (EIO-08)")
    func notEngineIOOverPolling() async throws {
        try await TestServer.with(PendingMount(ScriptGateway<Root>())) { server in
            let poll = "/socket.io/?EIO=4&transport=polling&sid=\(try await server.stall("alice"))"
            async let waiting = RawHTTP.send("GET", poll, to: server.url)
            try await server.pollIsParked()
            #expect(try await RawHTTP.send("POST", poll, body: "x", to: server.url).hasPrefix("HTTP/1.1 400"))
            let said = try await waiting
            #expect(said.hasSuffix("42[\"system.closed\",{\"code\":\"protocol_error\",\"retry\":false}]\u{1e}41"), "\(said)")
            // Official clients would act on a 1 beside it before they had looked at it.
            #expect(try await RawHTTP.send("GET", poll, to: server.url).hasSuffix("\r\n\r\n1"))
            #expect(try await RawHTTP.send("GET", poll, to: server.url).hasPrefix("HTTP/1.1 400"))
        }
    }

    @Test("ERR-05: a client that does not answer a ping, but listens, hears why it is let go, and that it may come back")
    func silentClient() async throws {
        try await TestServer.with(PendingMount(ScriptGateway<Root>())) { server in
            let poll = "/socket.io/?EIO=4&transport=polling&sid=\(try await server.stall("alice", lifetime: 36_000))"
            var answers: [String] = []
            for _ in ["ping", "no pong"] {
                async let waiting = RawHTTP.send("GET", poll, to: server.url)
                try await server.pollIsParked()
                try await server.advance(.minutes(30))
                try await answers.append(waiting)
            }
            #expect(answers[0].hasSuffix("\r\n\r\n2"), "\(answers)")
            #expect(answers[1].hasSuffix("42[\"system.closed\",{\"code\":\"ping_timeout\",\"retry\":0}]"), "\(answers)")
            #expect(try await RawHTTP.send("GET", poll, to: server.url).hasSuffix("\r\n\r\n1"))
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
        "VAL-08: a payload that JSON rules refuse is answered, in its ack where one is asked for, and the connection goes on",
        arguments: ["{\"value\":1,\"value\":2}", "{\"value\":\"\\ud800\"}"], [true, false])
    func faultyPayload(_ payload: String, _ wantsAck: Bool) async throws {
        let latch = Latch()
        let held = ScriptGateway<Side>(later: { step, _ in
            await latch.wait()
            return step.value
        })
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()), PendingMount(held),
            configure: { $0.policies = TestPolicies().allowing().allowing("/side") }
        ) { server in
            let client = try await server.join()
            defer { latch.open() }
            let answer: [JSONValue]
            if wantsAck {
                // The client waits for an ack of its first id, 1, whatever namespace it comes in; one in /side is not given meanwhile.
                try await client.join("/side", auth: try server.auth())
                async let ack = client.emitWithAck("later", [[:]], in: "/side")
                try await server.eventually { try await server.runningHandlers == 1 }
                try await client.sendPacket("21[\"now\",\(payload)]")
                answer = try await ack
            } else {
                try await client.sendPacket("2[\"now\",\(payload)]")
                answer = try await client.event("exception")
            }
            #expect(answer.count == 1)
            let error = answer.first
            #expect(error?["status"] == "error" && error?["code"] == "invalid", "\(answer)")
            #expect(error?["cause"] == nil || !wantsAck)
            #expect(try await server.record(of: error?["decision"]?.stringValue) != nil)
            if wantsAck { try await client.refute("exception", within: .zero) }
            #expect(try await client.emitWithAck("now", [["value": 3]]) == [3])
        }
    }
}
