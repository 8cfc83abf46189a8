import GatehouseJSON
import NIOHTTP1
import Testing

@testable import GatehouseTesting

/// The two transports that every case runs over.
enum WireTransport: String, Sendable, CaseIterable {
    case polling, websocket
}

/// An open Engine.IO session on one transport, at the level of packets.
final class WireSession {
    let sid: String
    let opening: JSONValue
    private let wire: Wire
    private let path: String
    private let socket: WireSocket?
    private var unread: [WirePacket] = []

    var uri: String { "\(path)?EIO=4&transport=polling&sid=\(sid)" }

    init(_ transport: WireTransport, _ path: String) async throws {
        wire = try Wire()
        self.path = path
        let uri = "\(path)?EIO=4&transport=\(transport.rawValue)"
        let first: String
        switch transport {
        case .polling:
            socket = nil
            let reply = try await wire.request(.GET, uri)
            try #require(reply.status == 200)
            first = reply.body
        case .websocket:
            let socket = try await WireSocket.open(uri, wire)
            self.socket = socket
            guard case .text(let text) = try await socket.receive() else { throw Unexpected(what: "no open packet") }
            first = text
        }
        try #require(first.first == "0")
        opening = try JSONValue(parsing: String(first.dropFirst()))
        sid = try #require(opening["sid"]?.stringValue)
    }

    struct Unexpected: Error, CustomStringConvertible {
        var what: String
        var description: String { what }
    }

    /// Sends packets at once; on long-polling as one payload that must be accepted.
    func send(_ packets: WirePacket...) async throws {
        if let socket {
            for packet in packets { try await socket.send(packet) }
        } else {
            let reply = try await post(packets)
            try #require(reply == Wire.Reply(status: 200, body: "ok"))
        }
    }

    /// The next packet that is no ping; pings are answered. Long-polling asks as often as it must.
    func receive() async throws -> WirePacket {
        while true {
            let packet = try await receiveAny()
            guard packet == "2" else { return packet }
            try await send("3")
        }
    }

    /// The next packet of any kind.
    func receiveAny() async throws -> WirePacket {
        if let socket {
            guard let packet = try await socket.receive() else { throw Unexpected(what: "the connection ended instead") }
            return packet
        }
        while unread.isEmpty {
            let reply = try await poll()
            try #require(reply.status == 200, "\(reply)")
            unread = try Self.packets(reply.body)
        }
        return unread.removeFirst()
    }

    func poll() async throws -> Wire.Reply { try await wire.request(.GET, uri) }

    /// The packets of one poll, without a ping that may have come due.
    func payload() async throws -> [WirePacket] {
        let reply = try await poll()
        try #require(reply.status == 200, "\(reply)")
        return try Self.packets(reply.body).filter { $0 != "2" }
    }

    func post(_ body: String) async throws -> Wire.Reply { try await wire.request(.POST, uri, body) }

    func abandonPoll() async throws { try await wire.abandon(uri) }

    private func post(_ packets: [WirePacket]) async throws -> Wire.Reply {
        let parts = packets.map { packet in
            switch packet {
            case .text(let text): text
            case .binary(let bytes): "b" + Base64Text.encode(bytes)
            }
        }
        return try await post(parts.joined(separator: "\u{1E}"))
    }

    /// Sends a packet after which the server is to close the session, and makes sure that it does.
    func sendFatal(_ packet: WirePacket) async throws {
        if let socket {
            try await socket.send(packet)
        } else {
            // Refused at once, or accepted and found out later: both end the session.
            _ = try await post([packet])
        }
        try await expectClosed()
    }

    /// The session ends: the WebSocket closes, or polls are refused. What was on its way before that is passed over.
    func expectClosed() async throws {
        if let socket {
            while try await socket.receive() != nil {}
            return
        }
        for _ in 0..<5 {
            let reply = try await poll()
            if reply.status == 400 { return }
            try #require(reply.status == 200, "\(reply)")
        }
        throw Unexpected(what: "five polls were answered on a session that is to be closed")
    }

    /// Answers pings until the session ends, so that it is not the heartbeat that ends it. Other packets are not expected.
    func answerPingsUntilClosed() async throws {
        if let socket {
            while let packet = try await socket.receive() {
                try #require(packet == "2")
                try await socket.send("3")
            }
            return
        }
        while true {
            let reply = try await poll()
            guard reply.status == 200 else {
                try #require(reply.status == 400)
                return
            }
            // `1` says that the session ends with this answer.
            guard reply.body == "2" else {
                try #require(reply.body == "1" || reply.body == "6", "\(reply)")
                continue
            }
            _ = try await post("3")
        }
    }

    static func packets(_ payload: String) throws -> [WirePacket] {
        try payload.split(separator: "\u{1E}", omittingEmptySubsequences: false).map { part in
            guard part.first == "b" else { return .text(String(part)) }
            return .binary(try #require(Base64Text.decode(part.dropFirst().utf8)))
        }
    }
}

@available(*, unavailable)
extension WireSession: Sendable {}
