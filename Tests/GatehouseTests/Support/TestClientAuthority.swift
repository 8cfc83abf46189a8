import GatehouseTesting

@testable import GatehouseTLS

/// An authority for the certificates of clients, made for one test and written into its directory.
final class TestClientAuthority {
    let path: String
    private let directory: TestDirectory
    private let name: String
    private let now: Int64
    private let key: PrivateKey
    private let certificate: Certificate

    init(_ name: String, in directory: TestDirectory, now: Int64) throws {
        let key = try PrivateKey.generateP256()
        let certificate = try CertificateTemplate.authority(now: now).selfSigned(by: key)
        try directory.write(String(decoding: try certificate.pem(), as: UTF8.self), to: "\(name)-ca.pem")
        path = directory.path("\(name)-ca.pem")
        self.name = name
        self.directory = directory
        self.now = now
        self.key = key
        self.certificate = certificate
    }

    /// A certificate for a client, with its fingerprint.
    func issue(_ client: String) throws -> (identity: SocketIOClient.Identity, fingerprint: String) {
        let leafKey = try PrivateKey.generateP256()
        let leaf = try CertificateTemplate.client(name: client, now: now).issue(for: leafKey, signedBy: certificate, key: key)
        let (file, keyFile) = ("\(name)-\(client).pem", "\(name)-\(client)-key.pem")
        try directory.write(String(decoding: try leaf.pem(), as: UTF8.self), to: file)
        try directory.write(String(decoding: try leafKey.pem(), as: UTF8.self), to: keyFile)
        let identity = SocketIOClient.Identity(certificatePath: directory.path(file), privateKeyPath: directory.path(keyFile))
        return (identity, leaf.summary().fingerprint)
    }
}
