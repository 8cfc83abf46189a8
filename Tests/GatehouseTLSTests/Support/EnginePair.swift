import NIOCore

@testable import GatehouseTLS

/// A client and a server engine, joined without any I/O.
final class EnginePair {
    let client: TLSEngine
    let server: TLSEngine
    /// The most bytes that one side had for the other at once.
    private(set) var longestFlight = 0

    init(client: TLSContext, server: TLSContext, peer: String = "localhost") throws {
        self.client = try TLSEngine(client: client, peer: TLSPeerName(peer))
        self.server = try TLSEngine(server: server)
    }

    convenience init(_ authority: TestAuthority) throws {
        try self.init(client: authority.client(), server: authority.server())
    }

    /// Carries what each has for the other, in pieces of at most `piece` bytes, until both are silent.
    ///
    /// - Returns: whether anything was carried.
    @discardableResult
    func carry(piece: Int = .max, first: Int? = nil) throws -> Bool {
        let toServer = try deliver(client.takeCiphertext(), to: server, piece: piece, first: first)
        let toClient = try deliver(server.takeCiphertext(), to: client, piece: piece, first: first)
        return toServer || toClient
    }

    func handshake(piece: Int = .max, first: Int? = nil) throws {
        _ = try client.handshake()
        while try carry(piece: piece, first: first) {}
    }

    private func deliver(_ bytes: ByteBuffer?, to engine: TLSEngine, piece: Int, first: Int?) throws -> Bool {
        guard var bytes else { return false }
        longestFlight = max(longestFlight, bytes.readableBytes)
        var wanted = first ?? piece
        while bytes.readableBytes > 0 {
            guard let slice = bytes.readSlice(length: min(wanted, bytes.readableBytes)) else { break }
            wanted = piece
            engine.receive(slice)
            if engine.state == .handshaking { _ = try engine.handshake() }
        }
        return true
    }

    /// Everything that `engine` can decrypt now.
    static func readAll(_ engine: TLSEngine) throws -> [UInt8] {
        var plaintext = ByteBuffer()
        while case .bytes = try engine.read(into: &plaintext) {}
        return Array(buffer: plaintext)
    }
}

extension TLSContext {
    /// Only for tests of what the other side refuses: holds this side to one protocol version.
    func limit(toVersion version: Int32, ciphers: String? = nil) {
        TestOpenSSL.limit(self, toVersion: version, ciphers: ciphers)
    }
}
