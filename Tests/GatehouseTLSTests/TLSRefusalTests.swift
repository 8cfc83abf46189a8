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
