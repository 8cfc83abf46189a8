import Foundation
import GatehouseAudit
import GatehouseTesting

@testable import GatehouseTLS

/// An authority for the certificates of callers, made for one test in a directory of its own.
final class CallerAuthority {
    private let directory: String
    private let key: PrivateKey
    private let certificate: Certificate
    private let now = AuditClock.system.wallMicroseconds() / 1_000_000

    var path: String { directory + "/ca.pem" }

    init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("gatehouse-callers-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        key = try PrivateKey.generateP256()
        certificate = try CertificateTemplate.authority(now: now).selfSigned(by: key)
        try write(try certificate.pem(), to: path)
    }

    func remove() { try? FileManager.default.removeItem(atPath: directory) }

    func issue(_ client: String) throws -> SocketIOClient.Identity {
        let leafKey = try PrivateKey.generateP256()
        let leaf = try CertificateTemplate.client(name: client, now: now).issue(for: leafKey, signedBy: certificate, key: key)
        let identity = SocketIOClient.Identity(
            certificatePath: directory + "/\(client).pem", privateKeyPath: directory + "/\(client)-key.pem")
        try write(try leaf.pem(), to: identity.certificatePath)
        try write(try leafKey.pem(), to: identity.privateKeyPath)
        return identity
    }

    private func write(_ bytes: [UInt8], to path: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }
}
