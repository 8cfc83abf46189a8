import Foundation
import GatehouseJSON
import GatehouseTLS

/// A directory of one test.
struct TestDirectory: Sendable {
    private let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("gatehouse-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    func write(_ text: String, to name: String) throws {
        let file = url.appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try text.write(to: file, atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
    }

    /// Writes policies where a server reads them again, and nothing else beside them.
    func write(_ policies: TestPolicies) throws {
        try? FileManager.default.removeItem(at: url.appendingPathComponent("policies"))
        for (name, text) in policies.texts { try write(text, to: "policies/" + name) }
    }

    /// Makes a development authority and a server certificate in a folder of their own.
    func makeCertificates(_ folder: String, now: Int64) throws -> DevelopmentCertificates.Files {
        try write("of a test\n", to: folder + "/README")
        _ = try DevelopmentCertificates.create(in: path(folder), now: now)
        return DevelopmentCertificates.Files(directory: path(folder))
    }

    /// Puts one file in the place of another, whole.
    func move(_ file: String, over other: String) throws {
        guard unsafe rename(file, other) == 0 else { throw NotMoved(file: file) }
    }

    struct NotMoved: Error { let file: String }

    func remove() { try? FileManager.default.removeItem(at: url) }

    /// How long the audit log is.
    func auditBytes() throws -> Int {
        let folder = url.appendingPathComponent("audit")
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".jsonl") }
            .reduce(0) { try $0 + Data(contentsOf: folder.appendingPathComponent($1)).count }
    }

    /// The audit log, read without the server's own reader.
    func auditRecords() throws -> [JSONValue] {
        let folder = url.appendingPathComponent("audit")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".jsonl") }.sorted()
        return try files.flatMap { name in
            try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8).split(separator: "\n")
                .map { try JSONValue(parsing: String($0)) }
        }
    }
}
