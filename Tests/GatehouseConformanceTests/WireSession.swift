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
    func send(_ packets: WirePacket...) async throws { try await send(packets) }

    func send(_ packets: [WirePacket]) async throws {
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
            case .binary(let bytes): "b" + Base64.padded.encode(bytes)
            }
        }
        return try await post(parts.joined(separator: "\u{1E}"))
    }

    /// Sends a packet after which the server is to close the session, and makes sure that it does, and for that packet: a second ping would
    /// tell that the session lives.
    func sendFatal(_ packet: WirePacket, code: UInt16 = 4500) async throws {
        if let socket {
            try await socket.send(packet)
        } else {
            // Refused at once, or accepted and found out later: both end the session.
            _ = try await post([packet])
        }
        try await expectClosed(code: code, pings: 0...1)
    }

    /// The session ends: the WebSocket closes with a code, or polls are refused. Pings are answered until then, unless it is the silence
    /// that is to end it; as many come as are expected.
    /// - Returns: what came beside pings before the end.
    @discardableResult
    func expectClosed(code: UInt16, pings expected: ClosedRange<Int>, isSilent: Bool = false) async throws -> [WirePacket] {
        var (pings, others) = (0, [WirePacket]())
        func take(_ packet: WirePacket) async throws {
            guard packet == "2" else {
                others.append(packet)
                try #require(others.count < 20, "\(others)")
                return
            }
            pings += 1
            try #require(pings <= expected.upperBound, "the session lives on")
            guard !isSilent else { return }
            // A session that has ended meanwhile refuses it: the next poll tells.
            if let socket { try await socket.send("3") } else { _ = try await post("3") }
        }
        if let socket {
            while let packet = try await socket.receive() { try await take(packet) }
            let closed = try await socket.closeCode
            #expect(closed == code)
        } else {
            var reply = try await poll()
            while reply.status == 200 {
                for packet in try Self.packets(reply.body) { try await take(packet) }
                reply = try await poll()
            }
            #expect(reply.status == 400 && reply.body.contains("\"code\":1"), "\(reply)")
        }
        #expect(expected.contains(pings), "\(pings) pings came before the end")
        return others
    }

    static func packets(_ payload: String) throws -> [WirePacket] {
        try payload.split(separator: "\u{1E}", omittingEmptySubsequences: false).map { part in
            guard part.first == "b" else { return .text(String(part)) }
            return .binary(try #require(Base64.padded.decode(part.dropFirst().utf8)))
        }
    }
}

@available(*, unavailable)
extension WireSession: Sendable {}
