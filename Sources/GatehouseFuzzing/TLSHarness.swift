import GatehouseTLS
import NIOCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// FZ-10: TLS records through the BIO over the inbound buffer.
///
/// With an even first byte the rest is a script for a client and a server: what each writes, how many bytes of ciphertext arrive at once, a
/// bit that is turned on the way, an end. However the records are cut, no plaintext byte is lost, doubled or changed, and what follows a
/// turned bit is refused. With an odd one the rest is what a stranger sends to a server: however it is cut the server ends the same, and it is
/// never taken for a client's.
package struct TLSHarness: FuzzHarness {
    package static let name = "tls"

    private let server: TLSContext
    private let client: TLSContext
    private let peer: TLSPeerName

    package init() throws {
        var template = Array("/tmp/gatehouse-fuzz-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw BrokenOracle("no directory for certificates can be made") }
        let directory = String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let now = Int64(time(nil))
        let files = DevelopmentCertificates.Files(directory: directory)
        defer {
            for path in [files.authority, files.authorityKey, files.certificate, files.key] { _ = unsafe unlink(path) }
            _ = unsafe rmdir(directory)
        }
        _ = try DevelopmentCertificates.create(in: directory, now: now)
        server = try .server(TLSServerConfiguration(certificatePath: files.certificate, privateKeyPath: files.key), now: now)
        client = try .client(TLSClientConfiguration(authorityPath: files.authority), now: now)
        peer = try TLSPeerName("localhost")
    }

    package mutating func run(_ input: [UInt8]) throws {
        guard let choice = input.first else { return }
        let rest = Array(input.dropFirst())
        if choice & 1 == 0 { try script(rest, room: Int(choice >> 1) * 8) } else { try strangers(rest) }
    }

    // MARK: Two ends

    private struct Pair {
        var client: TLSEnd
        var server: TLSEnd
        /// Whether a bit was turned, or bytes were cut off, on the way to either.
        var isSpoiled = (client: false, server: false)

        /// What the ends have made goes on the wires.
        mutating func collect() {
            if var bytes = client.engine.takeCiphertext() { server.wire.writeBuffer(&bytes) }
            if var bytes = server.engine.takeCiphertext() { client.wire.writeBuffer(&bytes) }
        }

        mutating func deliver(_ count: Int, toServer: Bool, room: Int) {
            if toServer { Self.deliver(count, to: &server, room) } else { Self.deliver(count, to: &client, room) }
            collect()
        }

        private static func deliver(_ count: Int, to end: inout TLSEnd, _ room: Int) {
            if let bytes = end.wire.readSlice(length: min(count, end.wire.readableBytes)), bytes.readableBytes > 0 {
                // A copy, as each read from a socket has a buffer of its own.
                end.engine.receive(ByteBuffer(bytes: bytes.readableBytesView))
            }
            end.wire.discardReadBytes()
            end.run(room: room)
        }

        /// Everything arrives, until neither has anything to say.
        mutating func settle(room: Int) {
            collect()
            repeat {
                deliver(.max, toServer: true, room: room)
                deliver(.max, toServer: false, room: room)
            } while client.wire.readableBytes > 0 || server.wire.readableBytes > 0
        }
    }

    private func script(_ steps: [UInt8], room: Int) throws {
        var pair = Pair(client: TLSEnd(try TLSEngine(client: client, peer: peer)), server: TLSEnd(try TLSEngine(server: server)))
        // The client speaks first.
        pair.client.run(room: room)
        pair.collect()
        var at = 0
        while at + 1 < steps.count {
            let (step, value) = (steps[at], Int(steps[at + 1]))
            at += 2
            switch step & 7 {
            case 0: try pair.client.write(Self.amount(value), pieces: Int(step >> 3) + 1)
            case 1: try pair.server.write(Self.amount(value), pieces: Int(step >> 3) + 1)
            case 2: pair.deliver(value + 1, toServer: true, room: room)
            case 3: pair.deliver(value + 1, toServer: false, room: room)
            case 4: pair.settle(room: room)
            case 5 where step & 8 == 0: if Self.turn(&pair.server.wire, value, step) { pair.isSpoiled.server = true }
            case 5: if Self.turn(&pair.client.wire, value, step) { pair.isSpoiled.client = true }
            case 6: (step & 8 == 0 ? pair.client : pair.server).engine.close()
            default:
                if pair.server.wire.readableBytes > 0 { pair.isSpoiled.server = true }
                pair.server.wire.clear()
                pair.server.end()
            }
            pair.collect()
            for (end, other) in [(pair.server, pair.client), (pair.client, pair.server)] {
                try require(end.received <= other.sent, "more is received than was sent")
                try require(end.firstChange == nil, "another byte was received than was sent")
            }
        }
        pair.settle(room: room)
        try check(pair)
    }

    /// Up to three records at once.
    private static func amount(_ value: Int) -> Int { value < 200 ? value : (value - 199) * 900 }

    /// Turns a bit of what is on the way.
    private static func turn(_ wire: inout ByteBuffer, _ place: Int, _ step: UInt8) -> Bool {
        guard wire.readableBytes > 0 else { return false }
        let index = wire.readerIndex + place % wire.readableBytes
        guard let byte = wire.getInteger(at: index, as: UInt8.self) else { return false }
        wire.setInteger(byte ^ (1 << (step >> 5)), at: index)
        return true
    }

    private func check(_ pair: Pair) throws {
        let isWhole = !pair.isSpoiled.client && !pair.isSpoiled.server
        if isWhole {
            // An end without notice is the one failure that nobody turned a bit for.
            let codes = [pair.client.failure, pair.server.failure].compactMap { $0?.code }
            try require(
                codes.allSatisfy { [.truncated, .handshakeFailed].contains($0) }, "an unspoiled connection failed: \(codes)")
            if codes.isEmpty {
                try require(pair.client.engine.state != .handshaking, "the handshake never ended")
                try require(pair.server.received == pair.client.sent, "bytes were lost on the way to the server")
                try require(pair.client.received == pair.server.sent, "bytes were lost on the way to the client")
            }
        }
        // What arrived together with the bytes of a fault goes with the connection.
        for end in [pair.client, pair.server] where end.failure == nil {
            try require(end.engine.unreadCiphertextBytes <= TLSEngineLimits.recordBytes + 5 + 256, "ciphertext is left lying")
        }
    }

    // MARK: A stranger

    private struct End: Equatable {
        var state: TLSEngine.State
        var code: TLSError.Code?
    }

    private func strangers(_ bytes: [UInt8]) throws {
        let ways = Splits.of(bytes)
        let first = try end(of: ways[0])
        for way in ways.dropFirst().prefix(6) {
            let other = try end(of: way)
            try require(other == first, "cut otherwise, a server ends \(other) and not \(first)")
        }
        try require(first.state == .handshaking || first.state == .failed, "a stranger was taken for a client")
    }

    private func end(of pieces: [ByteBuffer]) throws -> End {
        var end = TLSEnd(try TLSEngine(server: server))
        for piece in pieces where end.failure == nil {
            end.engine.receive(piece)
            end.run(room: 0)
            _ = end.engine.takeCiphertext()
        }
        return End(state: end.engine.state, code: end.failure?.code)
    }
}
