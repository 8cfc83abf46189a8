import Testing

@testable import GatehouseTLS

@Suite("Development certificates")
struct DevelopmentCertificatesTests {
    @Test("SEC-48: they serve the named hosts, are marked, and their keys are the owner's alone")
    func areUsable() throws {
        let directory = try TemporaryDirectory()
        let now = secondsNow()
        let outcome = try DevelopmentCertificates.create(in: directory.path, now: now)
        let files = DevelopmentCertificates.Files(directory: directory.path)
        #expect(outcome == .created(files))
        #expect(directory.mode(of: "server-key.pem") == 0o600)
        #expect(directory.mode(of: "dev-ca-key.pem") == 0o600)
        #expect(directory.mode(of: "server.pem") == 0o644)
        #expect(try DevelopmentCertificates.isDevelopment(certificatePath: files.certificate))

        let server = try TLSContext.server(
            TLSServerConfiguration(certificatePath: files.certificate, privateKeyPath: files.key), now: now
        )
        let summary = try #require(server.certificate)
        #expect(summary.isDevelopment)
        #expect(summary.notBefore == now - 3600)
        #expect(summary.notAfter - summary.notBefore <= 397 * 86_400)
        let client = try TLSContext.client(TLSClientConfiguration(authorityPath: files.authority), now: now)
        for host in ["localhost", "127.0.0.1", "::1"] {
            let pair = try EnginePair(client: client, server: server, peer: host)
            try pair.handshake()
            #expect(pair.client.state == .open)
        }
    }

    @Test("SEC-48: what exists is kept, byte for byte")
    func keeps() throws {
        let directory = try TemporaryDirectory()
        let files = DevelopmentCertificates.Files(directory: directory.path)
        _ = try DevelopmentCertificates.create(in: directory.path, now: secondsNow())
        let before = try files.all.map { try SmallFile.read($0, isSecret: false) }
        #expect(try DevelopmentCertificates.create(in: directory.path, now: secondsNow()) == .kept(files))
        #expect(try files.all.map { try SmallFile.read($0, isSecret: false) } == before)
    }

    @Test("SEC-48: a set of which something is missing is not completed", arguments: 0..<4)
    func incomplete(missing: Int) throws {
        let directory = try TemporaryDirectory()
        let files = DevelopmentCertificates.Files(directory: directory.path)
        _ = try DevelopmentCertificates.create(in: directory.path, now: secondsNow())
        #expect(directory.remove(["dev-ca.pem", "dev-ca-key.pem", "server.pem", "server-key.pem"][missing]))
        do {
            _ = try DevelopmentCertificates.create(in: directory.path, now: secondsNow())
            Issue.record("it was completed")
        } catch {
            #expect(error.code == .filesIncomplete)
        }
        #expect(SmallFile.identity(ofFile: files.all[missing]) == nil)
    }

    @Test(
        "Hosts that are none are refused, and nothing is written",
        arguments: ["", "a b", "a,DNS:evil", "*.example.org", "-a", "a..b", "a\0b"])
    func badHosts(host: String) throws {
        let directory = try TemporaryDirectory()
        do {
            _ = try DevelopmentCertificates.create(in: directory.path, hosts: ["localhost", host], now: secondsNow())
            Issue.record("the host was taken")
        } catch {
            #expect(error.code == .hostInvalid)
        }
        #expect(SmallFile.identity(ofFile: directory.file("dev-ca.pem")) == nil)
    }

    @Test("A directory that is not there is named")
    func noDirectory() throws {
        do {
            _ = try DevelopmentCertificates.create(in: "/nowhere/at/all", now: secondsNow())
            Issue.record("it was written")
        } catch {
            #expect(error.code == .fileNotWritable)
            #expect(error.message.contains("/nowhere/at/all"))
        }
    }
}
