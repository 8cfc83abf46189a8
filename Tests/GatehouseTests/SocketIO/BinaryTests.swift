import GatehouseJSON
import GatehouseTesting
import NIOCore
import SocketIO
import Testing

@testable import Gatehouse

@Suite("Attachments on the wire")
struct BinaryTests {
    private static let gateway = ScriptGateway<Root>(now: { _, _ in "handled" })

    @Test("AC-38, SIO-08: a count of zero is complete at once, and the first binary message after it closes")
    func countZero() async throws {
        try await TestServer.with(PendingMount(Self.gateway)) { server in
            let client = try await server.join()
            try await client.sendPacket("50-[\"say\",{\"value\":1}]")
            #expect(try await client.event("said") == [1])
            try await client.sendRaw(ByteBuffer(string: "x"))
            #expect(try await client.closed().code == CloseCode.protocolError.rawValue)
            #expect(try await server.records("conn.closed").last?["detail"]?["fault"] == "unexpected_binary")
        }
    }

    @Test("AC-14: attachments that are not sent in time close the connection, ten seconds after their packet and not before")
    func attachmentsTimeOut() async throws {
        try await TestServer.with(PendingMount(Self.gateway)) { server in
            let client = try await server.join()
            let other = try await server.join("bob")
            try await client.sendPacket("52-[\"now\",{\"value\":[{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]}]")
            try await client.sendRaw(ByteBuffer(string: "first"))
            // Another packet of the same client would close it: the other one's answer is no proof that the first was read, so it asks
            // the server until the packet is there.
            try await server.eventually { try await server.isAssembling }
            try await server.advance(.milliseconds(9_900))
            #expect(try await server.handle.of("/").fetchSockets().count == 2)
            try await server.advance(.milliseconds(400))
            #expect(try await client.closed().code == CloseCode.protocolError.rawValue)
            #expect(try await server.records("conn.closed").last?["detail"]?["fault"] == "attachments_timed_out")
            #expect(try await other.emitWithAck("now", [["value": 1]]) == ["handled"])
        }
    }

    static let placeholders = ["\"0\"", "-1", "1", "1.5", "1e9", "null"]

    @Test("AC-10: a placeholder that names no attachment is refused, and no handler runs", arguments: placeholders)
    func badPlaceholder(_ num: String) async throws {
        try await TestServer.with(PendingMount(Self.gateway)) { server in
            let client = try await server.join()
            try await client.sendPacket("51-[\"now\",{\"value\":{\"_placeholder\":true,\"num\":\(num)}}]")
            try await client.sendRaw(ByteBuffer(string: "x"))
            let refused = try await client.event("exception").first
            #expect(refused?["code"] == "invalid" && refused?["cause"]?["pattern"] == "now")
            #expect(try await server.record(of: refused?["decision"]?.stringValue)?["decision"]?["reason"] == "placeholder")
            #expect(try await client.emitWithAck("now", [["value": 1]]) == ["handled"])
        }
    }
}
