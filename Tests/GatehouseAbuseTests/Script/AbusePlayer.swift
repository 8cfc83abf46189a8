import Foundation
import GatehouseTestSupport
import NIOCore

/// Plays one case of a file against a server.
final class AbusePlayer {
    struct Unexpected: Error, CustomStringConvertible {
        var description: String
    }

    private let server: LiveServer
    private var sockets: [RawSocket] = []
    private var current = 0
    private var variables: [String: [UInt8]] = [:]
    private var answer = HTTPAnswer()
    private let handledBefore: Int
    /// Connections without a request that are still open and that the server may not have accepted yet, and how many it had before them.
    private var unaccepted = 0
    private var connectionsBefore = 0

    static let upgradeFields =
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    static let open = "/socket.io/?EIO=4&transport="

    init(_ server: LiveServer, variant: [ByteExpression] = []) throws {
        self.server = server
        handledBefore = server.handled.now
        variables["token"] = Array(try server.token().utf8)
        variables["upgrade"] = Array("GET \(Self.open)websocket HTTP/1.1\r\nHost: a\r\n\(Self.upgradeFields)\r\n".utf8)
        variables["fields"] = Array(Self.upgradeFields.utf8)
        variables["each"] = try ByteExpression.bytes(variant, variables)
    }

    func closeAll() {
        for socket in sockets { socket.close() }
        sockets = []
    }

    private var socket: RawSocket {
        get throws {
            guard sockets.indices.contains(current) else { throw Unexpected(description: "no connection has been opened") }
            return sockets[current]
        }
    }

    private func bytes(_ parts: [ByteExpression]) throws -> [UInt8] { try ByteExpression.bytes(parts, variables) }

    func play(_ steps: [AbuseStep]) async throws {
        for step in steps {
            do {
                try await play(step)
            } catch let error as Unexpected {
                throw error
            } catch {
                throw Unexpected(description: "\(String(describing: step).prefix(200)): \(error)")
            }
        }
    }

    private func play(_ step: AbuseStep) async throws {
        switch step {
        case .connect(let state): try await connect(state)
        case .use(let number): current = number - 1
        case .send(let parts, let piece):
            let bytes = try bytes(parts)
            guard let piece else {
                try socket.send(bytes)
                return
            }
            for start in stride(from: 0, to: bytes.count, by: piece) {
                try socket.send(Array(bytes[start..<min(start + piece, bytes.count)]))
            }
        case .flood(let limit, let parts): try await flood(limit, try bytes(parts))
        case .expect(let expectation): try await check(expectation)
        case .reset:
            try socket.reset()
            unaccepted = max(0, unaccepted - 1)
        case .hangUp:
            try socket.close()
            unaccepted = max(0, unaccepted - 1)
        case .advance(let amount):
            try await awaitAccept()
            for socket in sockets { socket.awaitDelivery() }
            try await server.settle()
            try await server.advance(amount)
        case .times(let count, let steps): for _ in 0..<count { try await play(steps) }
        }
    }

    /// The kernel takes a connection before the server does, whose times run from then on. One that the server refuses is never counted: the
    /// wait has an end.
    private func awaitAccept() async throws {
        var looks = 500
        while looks > 0, unaccepted > 0, try await server.holdings().connections < connectionsBefore + unaccepted { looks -= 1 }
        unaccepted = 0
    }

    /// Stops when the server's event loops turn and take nothing more. Time says nothing: a slow machine takes its own.
    private func flood(_ limit: Int, _ once: [UInt8]) async throws {
        var chunk: [UInt8] = []
        while chunk.count < 65_536 { chunk += once }
        var sent = 0
        // What is left of a chunk goes first: frames must stay whole.
        var rest = chunk[...]
        while sent < limit {
            let count = try socket.send(Array(rest), patience: 1)
            guard count > 0 else {
                guard try await isTaken() else { return }
                continue
            }
            sent += count
            rest = rest.dropFirst(count)
            if rest.isEmpty { rest = chunk[...] }
        }
    }

    /// Whether the server takes of what was sent, until there is room for more: a kernel says so only once a third of what it holds is gone.
    private func isTaken() async throws -> Bool {
        var (left, idle) = (try socket.undelivered, 0)
        // A turn reads a sixteenth of what the kernel may hold, and takes long under a sanitizer.
        while idle < (Sanitizer.name == nil ? 16 : 100) {
            try await server.settle()
            if try socket.hasRoom(within: 10) { return true }
            let now = try socket.undelivered
            idle = now < left ? 0 : idle + 1
            left = now
        }
        return false
    }

    // MARK: States

    private func connect(_ state: AbuseStep.State) async throws {
        if state == .tcp || state == .narrowTCP {
            if unaccepted == 0 { connectionsBefore = try await server.holdings().connections }
            unaccepted += 1
        }
        sockets.append(try RawSocket(port: server.port, receiveBuffer: state == .narrow || state == .narrowTCP ? 4_096 : nil))
        current = sockets.count - 1
        switch state {
        case .tcp, .narrowTCP: break
        case .narrow, .websocket: try upgrade("")
        case .joined:
            try upgrade("")
            try join()
        case .polling: try openPolling()
        case .joinedPolling:
            try openPolling()
            try joinPolling()
        case .probing:
            try upgrade("&sid=" + String(decoding: variables["sid"] ?? [], as: UTF8.self))
        }
    }

    private func upgrade(_ query: String) throws {
        try socket.send(Array("GET \(Self.open)websocket\(query) HTTP/1.1\r\nHost: a\r\n\(Self.upgradeFields)\r\n".utf8))
        try check(status: [101])
        if query.isEmpty { _ = try frame() }
    }

    private func join() throws {
        let packet = Array("40{\"token\":\"".utf8) + (variables["token"] ?? []) + Array("\"}".utf8)
        try socket.send(ClientFrame(payload: packet).bytes)
        let answer = try frame()
        guard answer.payload.starts(with: "40{".utf8) else { throw Unexpected(description: "not joined: \(Self.text(answer.payload))") }
    }

    private func openPolling() throws {
        try socket.send(Array("GET \(Self.open)polling HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
        try check(status: [200])
        let sid = String(decoding: answer.body, as: UTF8.self).split(separator: "\"sid\":\"").last?.prefix { $0 != "\"" } ?? ""
        variables["sid"] = Array(sid.utf8)
        variables["get"] = Array("GET \(Self.open)polling&sid=\(sid) HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
    }

    private func joinPolling() throws {
        let post = try ByteExpressionParser.parse(#"post("40{\"token\":\"" $token "\"}") $get"#)
        try socket.send(try bytes(post))
        try check(status: [200])
        try check(status: [200])
        guard answer.body.starts(with: "40{".utf8) else { throw Unexpected(description: "not joined: \(Self.text(answer.body))") }
    }

    // MARK: Expectations

    private func frame() throws -> ServerFrame { try socket.receive("a frame") { ServerFrame.take(&$0) } }

    private func check(status: [Int]) throws {
        answer = try socket.receive("an answer") { HTTPAnswer.take(&$0) }
        guard status.contains(answer.status) else {
            throw Unexpected(description: "status \(answer.status), not \(status): \(Self.text(answer.body))")
        }
    }

    private func check(_ expectation: AbuseStep.Expectation) async throws {
        switch expectation {
        case .status(let status): try check(status: status)
        case .head(let status):
            answer = try socket.receive("the head of an answer") { HTTPAnswer.take(&$0, hasBody: false) }
            guard answer.status == status else { throw Unexpected(description: "status \(answer.status), not \(status)") }
        case .body(let parts): try check(answer.body == bytes(parts), answer.body)
        case .bodyContains(let parts): try check(answer.body.firstRange(of: bytes(parts)) != nil, answer.body)
        case .bodyLacks(let parts): try check(answer.body.firstRange(of: bytes(parts)) == nil, answer.body)
        case .noField(let name): try check(answer.fields[name] == nil, Array((answer.fields[name] ?? "").utf8))
        case .text(let parts):
            let frame = try frame()
            try check(frame.opcode == 1 && frame.payload == bytes(parts), frame.payload)
        case .textBeginning(let parts):
            let frame = try frame()
            try check(frame.opcode == 1 && frame.payload.starts(with: bytes(parts)), frame.payload)
        case .pong(let parts):
            let frame = try frame()
            try check(frame.opcode == 10 && frame.payload == bytes(parts), frame.payload)
        case .pongs(let count):
            for number in 0..<count {
                let frame = try frame()
                guard frame.opcode == 10, frame.payload.isEmpty else {
                    throw Unexpected(description: "after \(number) pongs came \(frame.opcode): \(Self.text(frame.payload))")
                }
            }
        case .close(let codes):
            let code = try socket.receive("a close frame") { bytes in
                while let frame = ServerFrame.take(&bytes) {
                    if frame.opcode == 8 { return frame.closeCode ?? 0 }
                }
                return nil
            }
            guard codes.contains(code) else { throw Unexpected(description: "closed with \(code), not \(codes)") }
        case .end: try socket.receiveEnd()
        case .silence:
            try await server.settle()
            try check(socket.isSilent(), socket.received)
        case .open:
            try socket.send(ClientFrame(opcode: 9, payload: Array("still?".utf8)).bytes)
            let payload = try socket.receive("a pong") { bytes in
                while let frame = ServerFrame.take(&bytes) {
                    if frame.opcode == 8 || frame.payload == Array("still?".utf8) { return frame.payload }
                }
                return nil
            }
            try check(payload == Array("still?".utf8), payload)
        case .handled(let count):
            let handled = server.handled.now - handledBefore
            guard handled == count else { throw Unexpected(description: "\(handled) events came to a handler, not \(count)") }
        }
    }

    private func check(_ holds: Bool, _ came: [UInt8]) throws {
        guard holds else { throw Unexpected(description: "what came is \(Self.text(came))") }
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes.prefix(300), as: UTF8.self).debugDescription }
}
