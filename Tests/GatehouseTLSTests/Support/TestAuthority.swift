@testable import GatehouseTLS

/// An authority made for one test, and what it signs.
final class TestAuthority {
    let directory: TemporaryDirectory
    private let key: PrivateKey
    private let certificate: Certificate
    let authorityPath: String

    init() throws {
        let directory = try TemporaryDirectory()
        let key = try PrivateKey.generateP256()
        let certificate = try CertificateTemplate.authority(now: secondsNow()).selfSigned(by: key)
        try directory.write(try certificate.pem(), to: "ca.pem", mode: 0o644)
        self.directory = directory
        self.key = key
        self.certificate = certificate
        authorityPath = directory.file("ca.pem")
    }

    /// Writes `<name>.pem` and `<name>-key.pem`.
    func issueServer(
        _ name: String = "server", hosts: [String] = ["localhost", "127.0.0.1"], now: Int64 = secondsNow()
    ) throws -> TLSServerConfiguration {
        try issue(name, .server(hosts: hosts, now: now))
    }

    func issueClient(_ name: String = "client", now: Int64 = secondsNow()) throws -> TLSClientConfiguration.Identity {
        let pair = try issue(name, .client(name: name, now: now))
        return TLSClientConfiguration.Identity(certificatePath: pair.certificatePath, privateKeyPath: pair.privateKeyPath)
    }

    private func issue(_ name: String, _ template: CertificateTemplate) throws -> TLSServerConfiguration {
        let leafKey = try PrivateKey.generateP256()
        let leaf = try template.issue(for: leafKey, signedBy: certificate, key: key)
        try directory.write(try leaf.pem(), to: "\(name).pem", mode: 0o644)
        try directory.write(try leafKey.pem(), to: "\(name)-key.pem")
        return TLSServerConfiguration(
            certificatePath: directory.file("\(name).pem"), privateKeyPath: directory.file("\(name)-key.pem")
        )
    }

    func server() throws -> TLSContext { try TLSContext.server(issueServer(), now: secondsNow()) }

    func client(protocols: [String] = ["http/1.1"]) throws -> TLSContext {
        try TLSContext.client(
            TLSClientConfiguration(authorityPath: authorityPath, applicationProtocols: protocols), now: secondsNow()
        )
    }
}
