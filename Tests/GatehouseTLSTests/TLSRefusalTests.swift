import NIOCore
import Testing

@testable import GatehouseTLS

@Suite("Peers that are refused")
struct TLSRefusalTests {
    /// The error of the server's engine, if the handshake made it fail.
    private func serverError(_ pair: EnginePair) throws -> TLSError? {
        do {
            try pair.handshake()
            return nil
        } catch let error as TLSError {
            return error
        }
    }

    @Test("SEC-01: TLS 1.0 and 1.1 are refused", arguments: [TestOpenSSL.tls10, TestOpenSSL.tls11])
    func oldVersions(version: Int32) throws {
        let authority = try TestAuthority()
        let client = try authority.client()
        client.limit(toVersion: version, ciphers: "ALL:@SECLEVEL=0")
        let pair = try EnginePair(client: client, server: authority.server())
        let error = try #require(try serverError(pair))
        #expect(error.code == .handshakeFailed)
        #expect(error.message.contains("unsupported protocol"))
    }

    @Test(
        "SEC-43: cipher suites without forward secrecy or without authenticated encryption are refused",
        arguments: ["AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA384", "DHE-RSA-AES128-GCM-SHA256"]
    )
    func weakCiphers(cipher: String) throws {
        let authority = try TestAuthority()
        let client = try authority.client()
        client.limit(toVersion: TestOpenSSL.tls12, ciphers: cipher)
        let pair = try EnginePair(client: client, server: authority.server())
        #expect(try serverError(pair)?.code == .handshakeFailed)
    }

    @Test(
        "SEC-01: a client that offers only h2 is refused with no_application_protocol", arguments: [["h2"], ["h2", "http/1.0", "spdy/3"]])
    func onlyH2(protocols: [String]) throws {
        let authority = try TestAuthority()
        let pair = try EnginePair(client: authority.client(protocols: protocols), server: authority.server())
        #expect(try serverError(pair)?.code == .noCommonProtocol)
        let alert = try #require(pair.server.takeCiphertext())
        pair.client.receive(alert)
        do {
            _ = try pair.client.handshake()
            Issue.record("the client went on")
        } catch {
            #expect(error.code == .noCommonProtocol)
        }
    }

    @Test("A client that offers h2 and http/1.1 gets http/1.1; one that offers nothing is welcome")
    func otherOffers() throws {
        let authority = try TestAuthority()
        let both = try EnginePair(client: authority.client(protocols: ["h2", "http/1.1"]), server: authority.server())
        try both.handshake()
        #expect(both.server.session?.applicationProtocol == "http/1.1")
        let none = try EnginePair(client: authority.client(protocols: []), server: authority.server())
        try none.handshake()
        #expect(none.server.state == .open)
        #expect(none.server.session?.applicationProtocol == nil)
    }

    @Test("A client refuses a server for another host or address", arguments: ["example.org", "localhost.example.org", "127.0.0.2", "::1"])
    func wrongHost(name: String) throws {
        let authority = try TestAuthority()
        let pair = try EnginePair(client: authority.client(), server: authority.server(), peer: name)
        let error = try #require(try serverError(pair))
        #expect(error.code == .peerNotVerified)
    }

    @Test("A client accepts the names and addresses that the certificate carries", arguments: ["localhost", "127.0.0.1", "LOCALHOST"])
    func rightHost(name: String) throws {
        let authority = try TestAuthority()
        let pair = try EnginePair(client: authority.client(), server: authority.server(), peer: name)
        try pair.handshake()
        #expect(pair.client.state == .open)
    }

    @Test("A client refuses a server of another authority")
    func wrongAuthority() throws {
        let pair = try EnginePair(client: TestAuthority().client(), server: TestAuthority().server())
        #expect(try serverError(pair)?.code == .peerNotVerified)
    }

    @Test("A client refuses an expired server")
    func expiredServer() throws {
        let authority = try TestAuthority()
        let past = secondsNow() - 400 * 86_400
        let server = try TLSContext.server(authority.issueServer(now: past), now: past)
        let pair = try EnginePair(client: authority.client(), server: server)
        let error = try #require(try serverError(pair))
        #expect(error.message.contains("expired"))
    }

    @Test("SEC-43: a renegotiation is refused, and the connection lives on")
    func renegotiation() throws {
        let authority = try TestAuthority()
        let client = try authority.client()
        client.limit(toVersion: TestOpenSSL.tls12)
        TestOpenSSL.allowRenegotiation(client)
        let pair = try EnginePair(client: client, server: authority.server())
        try pair.handshake()
        #expect(TestOpenSSL.renegotiate(pair.client))
        let request = try #require(pair.client.takeCiphertext())
        pair.server.receive(request)
        #expect(try EnginePair.readAll(pair.server) == [])
        // A warning alert and nothing of a new handshake.
        #expect(pair.server.takeCiphertext()?.readableBytes ?? 0 < 60)
        #expect(pair.server.state == .open)
        try pair.server.write(ByteBuffer(string: "still the old keys"))
        #expect(pair.server.takeCiphertext() != nil)
    }

    @Test("SEC-43: no compression, session tickets on")
    func settings() throws {
        let authority = try TestAuthority()
        let options = TestOpenSSL.options(try authority.server())
        #expect(options.compressionOff)
        #expect(options.renegotiationOff)
        #expect(options.ticketsOn)
    }

    /// A record of its content type.
    private func record(_ type: UInt8, _ body: [UInt8]) -> ByteBuffer {
        ByteBuffer(bytes: [type, 3, 3, UInt8(body.count >> 8), UInt8(body.count & 255)] + body)
    }

    /// The beginning of a ClientHello that announces 131,000 bytes.
    static let enormous: [UInt8] = [1, 1, 0xFF, 0xB8, 3, 3] + [UInt8](repeating: 0, count: 60)

    static let announcements: [[(UInt8, [UInt8])]] = [
        // Behind an alert that libssl would take for a warning; behind an application's record; behind a change of ciphers.
        [(21, [1, 0x5A]), (22, enormous)], [(23, [0]), (22, enormous)], [(20, [1]), (22, enormous)],
        // Its header cut over records, an empty record in between.
        [(22, [1]), (22, []), (22, Array(enormous.dropFirst()))],
        // A second message behind a small first one, in its record and in the next.
        [(22, [4, 0, 0, 1, 0] + enormous)], [(22, [4, 0, 0, 1, 0]), (22, enormous)],
    ]

    @Test("SEC-A: what announces too much is refused wherever it stands in a client's first records", arguments: announcements)
    func announced(records: [(UInt8, [UInt8])]) throws {
        let authority = try TestAuthority()
        for step in [1, 2, 7, 1_000] {
            var gate = HandshakeGate(limit: 16_384, certificateLimit: 32_768)
            var bytes = ByteBuffer()
            for (type, body) in records { bytes.writeImmutableBuffer(record(type, body)) }
            let server = try TLSEngine(server: authority.server())
            server.receive(bytes)
            #expect(throws: TLSError.self) { _ = try server.handshake() }
            while bytes.readableBytes > 0, let part = bytes.readSlice(length: min(step, bytes.readableBytes)) {
                gate.see(part, usesTLS13: nil)
            }
            #expect(gate.refusal != nil)
        }
    }

    @Test("SEC-A: a second ClientHello after a HelloRetryRequest is looked at like the first, a change of ciphers in between or not")
    func secondHello() throws {
        for changes in [false, true] {
            let authority = try TestAuthority()
            let client = try authority.client()
            // The group of its key share is not one of the server's.
            #expect(TestOpenSSL.offer(groups: "P-521:P-256", client))
            let pair = try EnginePair(client: client, server: authority.server())
            _ = try pair.client.handshake()
            pair.server.receive(try #require(pair.client.takeCiphertext()))
            #expect(try !pair.server.handshake())
            #expect(pair.server.takeCiphertext() != nil)
            if changes {
                pair.server.receive(record(20, [1]))
                #expect(try !pair.server.handshake())
            }
            pair.server.receive(record(22, Self.enormous))
            let error = #expect(throws: TLSError.self) { _ = try pair.server.handshake() }
            #expect(error?.code == .handshakeFailed && error?.message.contains("announces more than") == true)
        }
    }

    @Test("A client whose first key share does not suit is served all the same")
    func retry() throws {
        let authority = try TestAuthority()
        let client = try authority.client()
        #expect(TestOpenSSL.offer(groups: "P-521:P-256", client))
        for piece in [1, 5, 100_000] {
            let pair = try EnginePair(client: client, server: authority.server())
            try pair.handshake(piece: piece)
            #expect(pair.server.state == .open && pair.client.state == .open)
        }
    }

    @Test("A handshake may not grow without end", arguments: [33_000])
    func endlessHandshake(announced: Int) throws {
        let authority = try TestAuthority()
        let server = try TLSEngine(server: authority.server())
        // A ClientHello that announces more than any honest one has, and dribbles.
        var hello: [UInt8] = [22, 3, 1, 0x40, 0, 1, 0, UInt8(announced >> 8), UInt8(announced & 255), 3, 3]
        hello += [UInt8](repeating: 0, count: 100)
        server.receive(ByteBuffer(bytes: hello))
        #expect(throws: TLSError.self) { _ = try server.handshake() }
        #expect(server.state == .failed)
    }
}
