import Foundation
import GatehouseJSON
import Testing

@Suite("Certificates of the built server", .serialized, .timeLimit(.minutes(3)))
struct CertificateTests {
    /// Runs a line of shell in the server's directory.
    @discardableResult
    private func shell(_ line: String, in directory: ServerDirectory) async throws -> String {
        let done = try await Command.run("sh", ["-c", line], in: directory.url)
        try #require(done.status == 0, "\(line)\n\(done.account)")
        return done.output
    }

    /// SHA-256 of what openssl prints a fingerprint of, in lower-case hexadecimal.
    private func fingerprint(_ source: String, in directory: ServerDirectory) async throws -> String {
        let printed = try await shell("\(source) | openssl x509 -noout -fingerprint -sha256", in: directory)
        let digits = try #require(printed.split(separator: "=").last)
        return digits.filter(\.isHexDigit).lowercased()
    }

    private func served(_ server: RunningServer) async throws -> String {
        let address = server.url.replacingOccurrences(of: "https://", with: "")
        return try await fingerprint("openssl s_client -connect \(address) </dev/null 2>/dev/null", in: server.directory)
    }

    /// A self-signed pair, `NAME.pem` and `NAME-key.pem`.
    private func makePair(_ name: String, in directory: ServerDirectory) async throws -> String {
        try await shell(
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=\(name) "
                + "-keyout \(name)-key.pem -out \(name).pem && chmod 600 \(name)-key.pem", in: directory)
        return try await fingerprint("cat \(name).pem", in: directory)
    }

    private func install(_ name: String, in directory: ServerDirectory) async throws {
        try await shell("mv \(name)-key.pem certs/server-key.pem && mv \(name).pem certs/server.pem", in: directory)
    }

    @Test(
        "SEC-44: SIGHUP and a change of the files bring a new certificate to clients; a bad pair is refused, audited, and the old one stays"
    )
    func reload() async throws {
        let directory = try await ServerDirectory()
        let server = try await RunningServer(in: directory)
        let first = try await served(server)
        // Nothing has changed, so it is the signal that makes it read the files.
        kill(server.processID, SIGHUP)
        _ = try #require(await server.output.text(after: first), "\(server.output.text)")
        #expect(try await served(server) == first)

        let second = try await makePair("second-server", in: directory)
        try await install("second-server", in: directory)
        kill(server.processID, SIGHUP)
        _ = try #require(await server.output.text(after: second), "\(server.output.text)")
        #expect(try await served(server) == second)

        _ = try await makePair("other", in: directory)
        try await shell("cp certs/server-key.pem kept-key.pem && mv other-key.pem certs/server-key.pem", in: directory)
        kill(server.processID, SIGHUP)
        _ = try #require(await server.output.text(after: "the TLS certificate on disk was not taken"), "\(server.output.text)")
        #expect(try await served(server) == second)

        // And without a signal.
        let third = try await makePair("third-server", in: directory)
        try await install("third-server", in: directory)
        _ = try #require(await server.output.text(after: third), "\(server.output.text)")
        #expect(try await served(server) == third)

        #expect(await server.stop() == 0, "\(server.output.text)")
        let records = try AuditTrail(directory.audit).lines
        var loaded: [String] = []
        for line in records where line.event == "tls.cert_loaded" {
            let fingerprint = line.record["detail"]?["fingerprint"]?.stringValue ?? ""
            if loaded.last != fingerprint { loaded.append(fingerprint) }
        }
        #expect(loaded == [first, second, third])
        #expect(records.contains { $0.event == "tls.cert_rejected" && $0.record["detail"]?["reason"] == "tls_key_mismatch" })
    }

    @Test("serve --client-ca: without a certificate there is no handshake; gatehouse admin connects with one")
    func clientAuthority() async throws {
        let directory = try await ServerDirectory()
        try await shell(
            """
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=clients -keyout ca-key.pem -out ca.pem
            openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=device-7 -keyout device-key.pem -out device.csr
            printf 'extendedKeyUsage=clientAuth' > device.ext
            openssl x509 -req -in device.csr -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 30 -extfile device.ext -out device.pem
            chmod 600 device-key.pem
            """, in: directory)
        let server = try await RunningServer(in: directory, "--client-ca", "ca.pem")
        let refused = try await directory.gatehouse("admin", "stats", "--url", server.url)
        #expect(refused.status == 1, "\(refused.account)")
        let taken = try await directory.gatehouse(
            "admin", "stats", "--url", server.url, "--client-cert", "device.pem", "--client-key", "device-key.pem")
        #expect(taken.status == 0, "\(taken.account)")
        #expect(await server.stop() == 0, "\(server.output.text)")
        let failed = try AuditTrail(directory.audit).lines.filter { $0.event == "tls.handshake_failed" }
        #expect(failed.first?.record["detail"]?["reason"] == "tls_peer_not_verified", "\(failed)")
    }
}
