import Foundation
import Testing

/// A directory for one server: policies of the test, a second issuer's key, room for `certs` and `var`. Removed with the value.
final class ServerDirectory: Sendable {
    let url: URL

    /// - Parameter policyFiles: their texts by name.
    init(_ policyFiles: [String: String] = TestPolicies.files) async throws {
        let name = "gatehouse-\(UUID().uuidString)"
        url = FileManager.default.temporaryDirectory.appendingPathComponent(name, isDirectory: true)
        let policies = url.appendingPathComponent("policies")
        let certificates = url.appendingPathComponent("certs")
        for folder in [url, policies, certificates] {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700]
            )
        }
        for (name, text) in policyFiles { try write(text, to: "policies/" + name) }
        try await openSSL("genrsa", "-out", "certs/second.pem", "2048")
        try await openSSL("rsa", "-in", "certs/second.pem", "-pubout", "-out", "certs/second-public.pem")
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// A set of policies that this repository ships, tests and all.
    static func shipped(_ name: String) throws -> [String: String] {
        let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let folder = repository.appendingPathComponent("policies").appendingPathComponent(name)
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".yaml") }
        return try Dictionary(
            uniqueKeysWithValues: names.map { ($0, try String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8)) })
    }

    func write(_ text: String, to name: String) throws {
        let file = url.appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try Data(text.utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
    }

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
