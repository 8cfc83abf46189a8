import Foundation
import Testing

/// A directory for one server: policies of the test, a second issuer's key, room for `certs` and `var`. Removed with the value.
final class ServerDirectory: Sendable {
    let url: URL

    init() async throws {
        let name = "gatehouse-\(UUID().uuidString)"
        url = FileManager.default.temporaryDirectory.appendingPathComponent(name, isDirectory: true)
        let policies = url.appendingPathComponent("policies")
        let certificates = url.appendingPathComponent("certs")
        for folder in [url, policies, certificates] {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700]
            )
        }
        for (name, text) in TestPolicies.files {
            let file = policies.appendingPathComponent(name)
            try Data(text.utf8).write(to: file)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
        }
        try await openSSL("genrsa", "-out", "certs/second.pem", "2048")
        try await openSSL("rsa", "-in", "certs/second.pem", "-pubout", "-out", "certs/second-public.pem")
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    var audit: URL { url.appendingPathComponent("var/audit") }

    /// Runs the gatehouse command in this directory.
    func gatehouse(_ arguments: String...) async throws -> Command {
        try await Command.run(try GatehouseBinary.path(), arguments, in: url)
    }

    private func openSSL(_ arguments: String...) async throws {
        let done = try await Command.run("openssl", arguments, in: url)
        try #require(done.status == 0, "\(done.account)")
    }
}
