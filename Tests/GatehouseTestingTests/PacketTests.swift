import GatehouseJSON
import NIOCore
import Testing

@testable import GatehouseTesting

@Suite("The client's codecs")
struct PacketTests {
    @Test(
        "A Socket.IO packet reads back as it was written",
        arguments: [
            SocketPacket(kind: .connect),
            SocketPacket(kind: .connect, namespace: "/chat", data: ["token": "t"]),
            SocketPacket(kind: .disconnect, namespace: "/chat"),
            SocketPacket(kind: .event, id: 12, data: ["message", 1]),
            SocketPacket(kind: .ack, namespace: "/a/b", id: 0, data: []),
            SocketPacket(kind: .binaryEvent, namespace: "/b", id: 7, attachments: 2, data: ["m", .attachment(0), .attachment(1)]),
            SocketPacket(kind: .connectError, namespace: "/random", data: ["message": "Invalid namespace"]),
        ]
    )
    func roundTrip(_ packet: SocketPacket) throws {
        #expect(try SocketPacket(parsing: packet.text) == packet)
    }

    @Test("Malformed Socket.IO packets are refused", arguments: ["", "7", "x", "5[]", "5-[]", "2{", "2[1", "42abc[1]"])
    func malformed(_ text: String) {
        #expect(throws: SocketIOClientError.self) { try SocketPacket(parsing: text) }
    }

    @Test("A body takes the packets that fit, and one that is too large alone")
    func body() {
        var queue: [OutboundPacket] = [.text("4aa"), .binary(ByteBuffer(string: "foo")), .text("4" + String(repeating: "x", count: 20))]
        #expect(String(buffer: EnginePayload.takeBody(from: &queue, limit: 9)) == "4aa\u{1E}bZm9v")
        #expect(queue.count == 1)
        #expect(EnginePayload.takeBody(from: &queue, limit: 9).readableBytes == 21)
        #expect(queue.isEmpty)
    }

    @Test(
        "An address names scheme, host and port",
        arguments: [
            ("http://localhost", false, "localhost", 80), ("https://h", true, "h", 443), ("wss://1.2.3.4:8443/", true, "1.2.3.4", 8443),
            ("https://[::1]:9", true, "::1", 9),
        ]
    )
    func address(_ text: String, _ isSecure: Bool, _ host: String, _ port: Int) throws {
        let address = try ServerAddress(text)
        #expect(address.isSecure == isSecure && address.host == host && address.port == port)
    }

    @Test(
        "Other addresses are refused",
        arguments: ["", "h:1", "ftp://h", "https://", "https://h:0", "https://h:x", "https://h/path", "https://[::1"])
    func badAddress(_ text: String) {
        #expect(throws: SocketIOClientError.self) { try ServerAddress(text) }
    }
}

@Suite("The client's inbox")
struct InboxTests {
    private let key = Inbox.Key(namespace: "/", name: "m")

    private func event(_ number: Int64) -> ReceivedEvent {
        ReceivedEvent(namespace: "/", name: "m", payload: SocketIOPayload([.integer(number)]), wantsAck: false)
    }

    @Test("Kept events are taken in their order, each once")
    func keeps() {
        var inbox = Inbox(limit: 3)
        #expect(inbox.receive(event(1)) == .kept)
        #expect(inbox.receive(event(2)) == .kept)
        #expect(inbox.take(key) == event(1))
        #expect(inbox.take(key) == event(2))
        #expect(inbox.take(key) == nil)
        #expect(inbox.count == 0)
    }

    @Test("Askers are served in their order; one who gave up is passed over")
    func askers() {
        var inbox = Inbox(limit: 3)
        for asker in 1...3 { inbox.ask(key, asker: asker) }
        inbox.forget(asker: 1, of: key)
        #expect(inbox.receive(event(1)) == .asker(2))
        #expect(inbox.receive(event(2)) == .asker(3))
        #expect(inbox.receive(event(3)) == .kept)
    }

    @Test("The bound holds over all names")
    func bound() {
        var inbox = Inbox(limit: 2)
        #expect(inbox.receive(event(1)) == .kept)
        #expect(inbox.receive(ReceivedEvent(namespace: "/x", name: "n", payload: .init([]), wantsAck: false)) == .kept)
        #expect(inbox.receive(event(2)) == .full)
    }
}
