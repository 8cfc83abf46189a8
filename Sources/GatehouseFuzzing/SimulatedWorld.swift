import EngineIO
import GatehouseJSON
import NIOConcurrencyHelpers
import NIOCore
import NIOEmbedded

/// One event loop of the server with its clients, and time that passes when it is told to.
final class SimulatedWorld {
    private final class Clock: Sendable {
        let now = NIOLockedValueBox(NIODeadline.uptimeNanoseconds(1_000_000_000))
    }

    private let eventLoop = EmbeddedEventLoop()
    private let clock = Clock()
    private let loop: EngineLoop
    private let application: SimulatedApplication
    private var clients: [SimulatedClient?] = [nil, nil, nil, nil]
    /// Messages that clients have sent, over all sessions.
    private var sent = 0
    /// By session, the number of the server's last message that its client has seen.
    private var seen: [Int: Int] = [:]

    init() throws {
        var configuration = EngineConfiguration()
        configuration.clock = EngineClock(now: { [clock] in clock.now.withLockedValue { $0 } }, wallMilliseconds: { 1_700_000_000_000 })
        configuration.clock.isManual = true
        configuration.pingInterval = .milliseconds(300)
        configuration.pingTimeout = .milliseconds(200)
        configuration.upgradeTimeout = .milliseconds(500)
        configuration.packetsPerPayload = 8
        var made: SimulatedApplication?
        loop = EngineLoop(alone: eventLoop, configuration: configuration) { _ in SimulatedApplication() }
        made = loop.applications["/socket.io/"] as? SimulatedApplication
        guard let made else { throw BrokenOracle("the loop has no application") }
        application = made
    }

    // MARK: Turns

    func play(_ turn: SimulatedTurn) throws {
        switch turn {
        case .connect(let who): try connect(who)
        case .lose(let who): lose(who)
        case .handshake(let who, false): request(who, "GET /socket.io/?EIO=4&transport=polling")
        case .handshake(let who, true): request(who, "GET /socket.io/?EIO=4&transport=websocket", Self.upgradeFields)
        case .poll(let who, let session): request(who, "GET /socket.io/?EIO=4&transport=polling&sid=\(id(session))")
        case .post(let who, let session, let packets):
            let body = Array(packets.map { bytes(of: $0).text }.joined(separator: [0x1E]))
            request(who, "POST /socket.io/?EIO=4&transport=polling&sid=\(id(session))", "Content-Length: \(body.count)\r\n", body)
        case .upgrade(let who, let session):
            request(who, "GET /socket.io/?EIO=4&transport=websocket&sid=\(id(session))", Self.upgradeFields)
        case .frame(let who, let packet):
            let (text, isBinary) = bytes(of: packet, inFrame: true)
            clients[who]?.send([isBinary ? 0x82 : 0x81, 0x80 | UInt8(min(text.count, 125)), 0, 0, 0, 0] + text.prefix(125))
        case .bytes(let who, let bytes): clients[who]?.send(bytes)
        case .wait(let milliseconds): wait(.milliseconds(Int64(milliseconds)))
        case .serverSends(let session): with(session) { $0.send() }
        case .serverCloses(let session): with(session) { $0.session?.close(.forcedServerClose) }
        case .serverPauses(let session): with(session) { $0.session?.pauseReading() }
        case .serverResumes(let session): with(session) { $0.session?.resumeReading() }
        case .authenticate(let session): with(session) { $0.session?.raiseInboundLimit() }
        }
        eventLoop.run()
    }

    private static let upgradeFields =
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"

    private func connect(_ who: Int) throws {
        lose(who)
        let channel = EmbeddedChannel(loop: eventLoop)
        try channel.connect(to: SocketAddress(ipAddress: "192.0.2.\(who + 1)", port: 1_024)).wait()
        try loop.serve(channel)
        clients[who] = SimulatedClient(channel)
    }

    private func lose(_ who: Int) {
        guard let client = clients[who] else { return }
        _ = try? client.channel.finish(acceptAlreadyClosed: true)
        clients[who] = nil
    }

    private func request(_ who: Int, _ line: String, _ fields: String = "", _ body: [UInt8] = []) {
        clients[who]?.send(Array("\(line) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n".utf8) + body)
    }

    /// The sessions are named by how late they were opened.
    private func with(_ session: Int, _ body: (SimulatedSession) -> Void) {
        if let session = application.sessions.dropLast(session).last { body(session) }
    }

    private func id(_ session: Int) -> String { application.sessions.dropLast(session).last?.id ?? "none" }

    private func bytes(of packet: SimulatedTurn.PostedPacket, inFrame: Bool = false) -> (text: [UInt8], isBinary: Bool) {
        switch packet {
        case .message:
            sent += 1
            return (Array("4m\(sent)".utf8), false)
        case .binary:
            sent += 1
            let payload = ByteBuffer(string: "m\(sent)")
            if inFrame { return (Array(payload.readableBytesView), true) }
            var text = ByteBuffer(string: "b")
            Base64.padded.append(payload, to: &text)
            return (Array(text.readableBytesView), false)
        case .pong: return (Array("3".utf8), false)
        case .close: return (Array("1".utf8), false)
        case .probe: return (Array("2probe".utf8), false)
        case .upgrade: return (Array("5".utf8), false)
        case .other(let bytes): return (bytes, false)
        }
    }

    private func wait(_ time: TimeAmount) {
        clock.now.withLockedValue { $0 = $0 + time }
        loop.tick()
        eventLoop.run()
    }

    // MARK: What must hold

    func check() throws {
        for who in clients.indices {
            for packet in clients[who]?.packets() ?? [] { try checkOrder(packet) }
        }
        if let fault = application.fault { throw BrokenOracle(fault) }
        try require(loop.heldBytes <= 4 * 65_536, "\(loop.heldBytes) bytes are held for four connections")
        // One for each connection and each session.
        try require(loop.deadlineCount <= loop.connectionCount + loop.sessionCount, "more deadlines than connections and sessions")
    }

    /// `s3.7` is the seventh message to the third session.
    private func checkOrder(_ packet: [UInt8]) throws {
        var text = packet.dropFirst()
        if packet.first == UInt8(ascii: "b") {
            guard let bytes = Base64.padded.decode(ByteBuffer(bytes: text)) else { throw BrokenOracle("the server wrote bad base64") }
            text = Array(bytes.readableBytesView)[...]
        } else if packet.first != UInt8(ascii: "4") {
            return
        }
        let parts = String(decoding: text.dropFirst(), as: UTF8.self).split(separator: ".")
        guard text.first == UInt8(ascii: "s"), parts.count == 2, let session = Int(parts[0]), let number = Int(parts[1]) else { return }
        let last = seen[session, default: 0]
        try require(number == last + 1, "message \(number) to a client came after \(last)")
        seen[session] = number
    }

    func finish() throws {
        for who in clients.indices { lose(who) }
        // An application's pause has an end; while it lasts no ping expires (REL-21).
        for session in application.sessions { session.session?.resumeReading() }
        eventLoop.run()
        for _ in 0..<4 { wait(.seconds(31)) }
        try check()
        try require(loop.sessionCount == 0, "\(loop.sessionCount) sessions are left")
        try require(loop.connectionCount == 0, "\(loop.connectionCount) connections are left")
        try require(loop.deadlineCount == 0, "\(loop.deadlineCount) deadlines are left")
        try require(loop.counted == (0, 0), "\(loop.counted) are still counted")
        try require(application.sessions.allSatisfy(\.isClosed), "a session was never told to be over")
        try require(application.sessions.allSatisfy { $0.session == nil }, "a session is kept in memory")
    }
}

@available(*, unavailable) extension SimulatedWorld: Sendable {}
