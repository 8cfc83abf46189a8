import Foundation
import Testing

@Suite("Starting the built server", .serialized)
struct StartTests {
    /// What a person sees, and the exit code of a server that cannot start.
    private func refusedStart(in directory: ServerDirectory, _ arguments: String...) async throws -> Command {
        let done = try await Command.run(try GatehouseBinary.path(), ["serve"] + arguments, in: directory.url, limit: 20)
        #expect(done.status == 78, "\(done.account)")
        #expect(!done.account.contains("listening on"), "\(done.account)")
        return done
    }

    @Test("A fresh directory gets keys that only their owner reads, and a second start keeps them")
    func freshDirectory() async throws {
        let directory = try await ServerDirectory()
        let first = try await RunningServer(in: directory)
        #expect(await first.stop() == 0, "\(first.output.text)")
        let folder = directory.url.appendingPathComponent("certs")
        let keys = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { try String(contentsOf: $0, encoding: .utf8).contains("PRIVATE KEY-----") && $0.lastPathComponent != "second.pem" }
        #expect(keys.count == 3, "due are the keys of the authority, of the server, and of tokens: \(keys)")
        var contents: [Data] = []
        for key in keys {
            let mode = try FileManager.default.attributesOfItem(atPath: key.path)[.posixPermissions] as? Int
            #expect(mode == 0o600, "\(key.lastPathComponent) has mode \(mode ?? 0)")
            contents.append(try Data(contentsOf: key))
        }
        let second = try await RunningServer(in: directory)
        #expect(await second.stop(SIGINT) == 0, "\(second.output.text)")
        for (key, content) in zip(keys, contents) { #expect(try Data(contentsOf: key) == content, "\(key.lastPathComponent) changed") }
    }

    @Test("A port in use is said in words")
    func portInUse() async throws {
        let running = try await RunningServer(in: ServerDirectory())
        let port = try #require(running.url.split(separator: ":").last.map(String.init))
        let done = try await refusedStart(in: try await ServerDirectory(), "--port", port, "--monitoring", "off")
        #expect(done.errors.contains(port), "\(done.account)")
        let other = try await refusedStart(in: try await ServerDirectory(), "--port", "0", "--monitoring", "127.0.0.1:\(port)")
        #expect(other.errors.contains("127.0.0.1:\(port) is in use") && other.errors.contains("--monitoring"), "\(other.account)")
        #expect(await running.stop() == 0)
    }

    @Test("A bad policy is named with file, line and column")
    func badPolicy() async throws {
        let directory = try await ServerDirectory()
        let file = directory.url.appendingPathComponent("policies/chat.yaml")
        let text = try String(contentsOf: file, encoding: .utf8)
        let line = try #require(text.split(separator: "\n").firstIndex { $0.hasPrefix("mode:") }) + 1
        try Data(text.replacingOccurrences(of: "mode: enforce", with: "mode: relaxed").utf8).write(to: file)
        let done = try await refusedStart(in: directory, "--port", "0")
        #expect(done.account.contains("chat.yaml:\(line):"), "\(done.account)")
        let check = try await directory.gatehouse("policy", "check", "policies")
        #expect(check.status != 0 && check.account.contains("chat.yaml:\(line):"), "\(check.account)")
    }

    @Test("A missing policy directory, and a private key that others may read, refuse the start")
    func unreadable() async throws {
        let directory = try await ServerDirectory()
        let server = try await RunningServer(in: directory)
        #expect(await server.stop() == 0)
        let key = directory.url.appendingPathComponent("certs/server-key.pem").path
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: key)
        let readable = try await refusedStart(in: directory, "--port", "0")
        #expect(readable.account.contains("server-key.pem"), "\(readable.account)")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
        _ = try await refusedStart(in: directory, "--port", "0", "--policies", "nowhere")
    }

    @Test("A second server on the same audit log is refused")
    func secondServer() async throws {
        let directory = try await ServerDirectory()
        let first = try await RunningServer(in: directory)
        _ = try await refusedStart(in: directory, "--port", "0")
        #expect(await first.stop() == 0, "\(first.output.text)")
    }
}
