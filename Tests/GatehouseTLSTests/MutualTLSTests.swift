import Testing

@testable import GatehouseTLS

@Suite("Mutual TLS")
struct MutualTLSTests {
    private func server(
        _ authority: TestAuthority, _ wanted: (String) -> TLSServerConfiguration.ClientCertificates
    ) throws -> TLSContext {
        var configuration = try authority.issueServer()
        configuration.clientCertificates = wanted(authority.authorityPath)
        return try TLSContext.server(configuration, now: secondsNow())
    }

    private func client(trusting authority: TestAuthority, identity: TLSClientConfiguration.Identity?) throws -> TLSContext {
        try TLSContext.client(
            TLSClientConfiguration(authorityPath: authority.authorityPath, identity: identity), now: secondsNow()
        )
    }

    @Test("A client with a certificate of the authority is let in and named", arguments: [TestOpenSSL.tls12, TestOpenSSL.tls13])
    func letsIn(version: Int32) throws {
        let authority = try TestAuthority()
        let client = try client(trusting: authority, identity: authority.issueClient("device-7"))
        client.limit(toVersion: version)
        let pair = try EnginePair(client: client, server: server(authority) { .required(authorityPath: $0) })
        try pair.handshake()
        #expect(pair.server.session?.peer?.subject.contains("CN=device-7") == true)
        #expect(pair.server.session?.peer?.fingerprint.count == 64)
    }

    @Test("Without a certificate: refused when required, let in when optional")
    func withoutCertificate() throws {
        let authority = try TestAuthority()
        let client = try client(trusting: authority, identity: nil)
        let required = try EnginePair(client: client, server: server(authority) { .required(authorityPath: $0) })
        #expect(throws: TLSError.self) { try required.handshake() }
        #expect(required.server.state == .failed)
        let optional = try EnginePair(client: client, server: server(authority) { .optional(authorityPath: $0) })
        try optional.handshake()
        #expect(optional.server.state == .open)
        #expect(optional.server.session?.peer == nil)
    }

    @Test("A certificate of another authority is refused, required or optional", arguments: [true, false])
    func foreignCertificate(isRequired: Bool) throws {
        let authority = try TestAuthority()
        // Kept to the end of the test, as its files go with it.
        let stranger = try TestAuthority()
        defer { withExtendedLifetime(stranger) {} }
        let client = try client(trusting: authority, identity: stranger.issueClient())
        let server = try server(authority) { isRequired ? .required(authorityPath: $0) : .optional(authorityPath: $0) }
        let pair = try EnginePair(client: client, server: server)
        do {
            try pair.handshake()
            Issue.record("the handshake went through")
        } catch let error as TLSError {
            #expect(error.code == .peerNotVerified)
        }
    }

    @Test("A server's certificate is no client's")
    func wrongPurpose() throws {
        let authority = try TestAuthority()
        let pair = try authority.issueServer("other")
        let identity = TLSClientConfiguration.Identity(certificatePath: pair.certificatePath, privateKeyPath: pair.privateKeyPath)
        let client = try client(trusting: authority, identity: identity)
        let engines = try EnginePair(client: client, server: server(authority) { .required(authorityPath: $0) })
        #expect(throws: TLSError.self) { try engines.handshake() }
    }
}
