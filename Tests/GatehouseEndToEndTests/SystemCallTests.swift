import Foundation
import GatehouseJSON
import GatehouseTesting
import Testing

/// Needs strace. Where CI is set it must be there, and `.ci/run` says so where the machine lets nobody trace: else what cannot be traced fails
/// instead of being passed over.
@Suite(
    "SEC-C, SEC-34: what a token says causes no open, no connect and no program", .serialized,
    .enabled(if: SystemCalls.canTrace || SystemCalls.mustTrace, "strace is not installed, or not allowed here"))
struct SystemCallTests {
    private func directory() async throws -> ServerDirectory {
        let directory = try await ServerDirectory()
        let made = try await directory.gatehouse("certs", "init")
        try #require(made.status == 0, "\(made.account)")
        return directory
    }

    private func traced(_ arguments: [String], in directory: ServerDirectory) async throws -> (command: Command, calls: SystemCalls) {
        let file = directory.url.appendingPathComponent("trace-\(UUID().uuidString)")
        let command = SystemCalls.tracer(into: file) + [try GatehouseBinary.path()] + arguments
        let done = try await Command.run(command[0], Array(command.dropFirst()), in: directory.url)
        return (done, try await SystemCalls(in: file))
    }

    @Test("The trace sees what a command opens, and where it connects to")
    func control() async throws {
        let directory = try await directory()
        let token = directory.url.appendingPathComponent("staff.jwt")
        try Data("x.y.z".utf8).write(to: token)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: token.path)
        let (_, calls) = try await traced(
            [
                "admin", "revoke", "--user", "alice", "--reason", "x", "--url", HostileTokens.address, "--ca", "certs/dev-ca.pem",
                "--token-file", token.path,
            ], in: directory)
        #expect(calls.opened.contains(token.path) && calls.opened.contains { $0.hasSuffix("dev-ca.pem") })
        #expect(calls.connections.contains { $0.contains("htons(9)") && $0.contains("127.0.0.1") }, "\(calls.connections)")
    }

    @Test("gatehouse token verify opens the same files for every token, and no socket")
    func verify() async throws {
        let directory = try await directory()
        let tokens = try await HostileTokens(in: directory)
        var files: Set<String> = []
        for token in tokens.honest {
            let (done, calls) = try await traced(["token", "verify", token.text], in: directory)
            #expect(done.status == (token.isGood ? 0 : 1), "\(token.name): \(done.account)")
            #expect(calls.sockets.isEmpty && calls.connections.isEmpty && calls.programs.count == 1)
            files.formUnion(calls.files)
        }
        #expect(files.contains { $0.hasSuffix("second-public.pem") })
        for token in tokens.hostile {
            let (done, calls) = try await traced(["token", "verify", token.text], in: directory)
            #expect(done.status == (token.isGood ? 0 : 1), "\(token.name): \(done.account)")
            #expect(calls.files.subtracting(files) == [], "\(token.name)")
            #expect(calls.sockets.isEmpty && calls.connections.isEmpty && calls.programs.count == 1, "\(token.name)")
        }
    }

    /// A server's whole life, in which it is shown some tokens.
    private func served(_ tokens: [HostileTokens.Token], in directory: ServerDirectory) async throws -> SystemCalls {
        let file = directory.url.appendingPathComponent("trace-\(UUID().uuidString)")
        let server = try await RunningServer(in: directory, under: SystemCalls.tracer(into: file))
        let authority = directory.url.appendingPathComponent("certs/dev-ca.pem").path
        for token in tokens {
            let client = try await SocketIOClient.connect(server.url, options: .init(authorityPath: authority))
            do {
                try await client.join("/chat", auth: ["token": .string(token.text)])
                #expect(token.isGood, "\(token.name)")
            } catch let refusal as ConnectRefused {
                #expect(!token.isGood && refusal.code == "unauthorized", "\(token.name): \(refusal)")
            }
            try await client.close()
        }
        #expect(await server.stop() == 0, "\(server.output.text)")
        return try await SystemCalls(in: file)
    }

    @Test("gatehouse serve opens nothing for a token, and connects to nobody")
    func serve() async throws {
        let directory = try await directory()
        let tokens = try await HostileTokens(in: directory)
        // As many honest ones, so that both servers live about as long.
        let honest = (0..<tokens.hostile.count).map { tokens.honest[$0 % tokens.honest.count] }
        // A first start makes its keys, and opens them under other names than later ones.
        _ = try await served([], in: directory)
        let expected = try await served(honest, in: directory)
        #expect(expected.files.contains { $0.hasSuffix("second-public.pem") })
        let found = try await served(tokens.hostile, in: directory)
        #expect(found.files.subtracting(expected.files) == [])
        // At its start a server asks the system's name cache about the host it listens on, through a file of the system's.
        #expect(found.connections == expected.connections && found.connections.allSatisfy { $0.contains("AF_UNIX") })
        #expect(found.sockets.count == expected.sockets.count && found.programs.count == 1, "\(found.sockets)")
    }
}
