import EngineIO
import GatehouseAudit
import GatehouseJSON
import GatehouseTestSupport
import GatehouseTesting
import Testing

@testable import Gatehouse

@Suite("A server on TLS", .timeLimit(.minutes(1)))
struct TLSServerTests {
    private static var now: Int64 { ServerClock.system.wallMilliseconds() / 1_000 }

    private func with(
        _ certificates: ((TestClientAuthority) -> ClientCertificates)? = nil, _ gateway: ScriptGateway<Root> = .init(),
        _ body: (RunningServer, StartFixture, TestClientAuthority) async throws -> Void
    ) async throws {
        var fixture = try StartFixture()
        defer { fixture.directory.remove() }
        try fixture.useTLS()
        let authority = try TestClientAuthority("clients", in: fixture.directory, now: Self.now)
        fixture.configuration.clientCertificates = certificates?(authority)
        let server = try await fixture.start(gateway)
        do {
            try await body(server, fixture, authority)
        } catch {
            try await server.stopLeavingNothing()
            throw error
        }
        try await server.stopLeavingNothing()
    }

    private func records(_ fixture: StartFixture, _ event: String) throws -> [JSONValue] {
        try fixture.directory.auditRecords().filter { $0["event"]?.stringValue == event }
    }

    @Test(
        "API-04: on TLS the handshake is secure, and without mutual TLS it has no certificate", arguments: SocketIOClient.Transport.allCases
    )
    func secure(_ transport: SocketIOClient.Transport) async throws {
        let kept = Kept()
        try await with(nil, ScriptGateway(connected: { kept.client = $0 })) { server, fixture, _ in
            let client = try await fixture.connect(server, transport)
            try await client.join("/", auth: fixture.auth())
            #expect(try await client.emitWithAck("now", [["value": 1]]) == [1])
            let handshake = try #require(kept.client).handshake
            #expect(handshake.secure && handshake.certificate == nil)
        }
    }

    @Test(
        "mutual TLS: a client of the authority joins, and guards see its certificate; after a reload too",
        arguments: SocketIOClient.Transport.allCases)
    func goodCertificate(_ transport: SocketIOClient.Transport) async throws {
        let kept = Kept()
        try await with({ .required(authorities: $0.path) }, ScriptGateway(connected: { kept.client = $0 })) { server, fixture, authority in
            let (identity, fingerprint) = try authority.issue("device-7")
            for _ in 0..<2 {
                let client = try await fixture.connect(server, transport, identity: identity)
                try await client.join("/", auth: fixture.auth())
                #expect(try await client.emitWithAck("now", [["value": 1]]) == [1])
                let certificate = try #require(kept.client).handshake.certificate
                #expect(certificate?.fingerprint == fingerprint)
                #expect(certificate?.subject.contains("CN=device-7") == true)
                await server.reload()
            }
        }
    }

    @Test("mutual TLS: a session stays with the certificate that opened it, whoever has learnt its sid")
    func sessionsKeepTheirCertificate() async throws {
        try await with({ .optional(authorities: $0.path) }) { server, fixture, authority in
            let (own, other) = (try authority.issue("device-7").identity, try authority.issue("device-8").identity)
            let client = try await fixture.connect(server, .polling, identity: own)
            for identity in [other, nil] {
                let options = SocketIOClient.Options(
                    transport: .polling, authorityPath: fixture.authorityPath, identity: identity, query: "sid=\(client.engineSessionID)")
                let error = await #expect(throws: SocketIOClientError.self) {
                    try await SocketIOClient.connect(server.url, options: options)
                }
                #expect(error?.httpStatus == 403)
            }
            try await server.runtime.audit.flush()
            let refusals = try records(fixture, "conn.rejected")
            #expect(refusals.count == 1 && refusals.first?["decision"]?["reason"] == "session_certificate", "\(refusals)")
            #expect(
                refusals.first?["actor"]?["sid_h"]
                    == .string(server.runtime.auditKey.pseudonym(of: client.engineSessionID, as: "sid")))
            try await client.join("/", auth: fixture.auth())
            #expect(try await client.emitWithAck("now", [["value": 1]]) == [1])
        }
    }

    enum Stranger: CaseIterable { case withoutCertificate, ofAnotherAuthority }

    @Test(
        "mutual TLS: whoever has no certificate of the authority is refused, before and after a reload, and folded into the audit log",
        arguments: Stranger.allCases)
    func refused(_ stranger: Stranger) async throws {
        try await with({ .required(authorities: $0.path) }) { server, files, _ in
            let other = try TestClientAuthority("others", in: files.directory, now: Self.now)
            let identity = stranger == .withoutCertificate ? nil : try other.issue("device-7").identity
            for _ in 0..<3 {
                await #expect(throws: SocketIOClientError.self) { try await files.connect(server, identity: identity) }
                await server.reload()
            }
            #expect(try await server.engine.onEachLoop { $0.sessionCount } == [0])
            try await server.runtime.audit.flush()
            let first = try records(files, "tls.handshake_failed")
            #expect(first.count == 1 && first.first?["count"] == 1)
            #expect(first.first?["actor"]?["ip"] == "127.0.0.1")
            #expect(first.first?["detail"]?["reason"] == "tls_peer_not_verified")
            try await server.runtime.audit.stop()
            let all = try records(files, "tls.handshake_failed")
            #expect(all.count == 2 && all.last?["count"] == 2)
        }
    }

    @Test("mutual TLS may be optional: without a certificate there is none to see, with a bad one there is no handshake")
    func optional() async throws {
        let kept = Kept()
        try await with({ .optional(authorities: $0.path) }, ScriptGateway(connected: { kept.client = $0 })) { server, fixture, _ in
            let client = try await fixture.connect(server)
            try await client.join("/", auth: fixture.auth())
            #expect(try await client.emitWithAck("now", [["value": 1]]) == [1])
            #expect(try #require(kept.client).handshake.certificate == nil)
            let other = try TestClientAuthority("others", in: fixture.directory, now: Self.now)
            let identity = try other.issue("device-7").identity
            await #expect(throws: SocketIOClientError.self) { try await fixture.connect(server, identity: identity) }
        }
    }

    @Test(
        "API-06: TLS that is cut off is a transport error to the hook", arguments: [SocketIOClient.Transport.webSocket, .polling],
        SocketIOClient.Cut.allCases)
    func cutOff(_ transport: SocketIOClient.Transport, _ cut: SocketIOClient.Cut) async throws {
        let reasons = Recorder()
        let done = Latch()
        let gateway = ScriptGateway<Root>(left: { _, reason in
            reasons.note(reason.description)
            done.open()
        })
        try await with(nil, gateway) { server, fixture, _ in
            let client = try await fixture.connect(server, transport)
            try await client.join("/", auth: fixture.auth())
            if transport == .polling { try await eventually { try await server.engine.onEachLoop({ $0.parkedPolls }) == [1] } }
            try await client.cutOff(cut)
            await done.wait()
            #expect(reasons.notes == ["transport error"])
        }
    }

    @Test("client certificates without TLS, and authorities that cannot be read, refuse the start")
    func refusedStarts() async throws {
        var fixture = try StartFixture()
        defer { fixture.directory.remove() }
        fixture.configuration.clientCertificates = .required(authorities: "clients.pem")
        let plain = try await fixture.refusal()
        #expect(plain?.code == .configuration && plain?.message.contains("clientCertificates") == true)
        try fixture.useTLS()
        #expect(try await fixture.refusal()?.code == .tls)
    }
}
