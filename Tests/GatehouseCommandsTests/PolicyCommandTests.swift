import ArgumentParser
import Foundation
import Gatehouse
import GatehousePolicy
import Testing

@testable import GatehouseCLI
@testable import GatehouseCommands

@Suite("gatehouse policy")
struct PolicyCommandTests {
    private static let global = """
        apiVersion: gatehouse/v1
        kind: Global
        revision: 1
        issuers:
          corp: { iss: "https://corp.example", audience: [a], jwks_file: certs/c.json, algorithms: [ES256] }
        claims: { roles: /roles, scopes: /scope }

        """
    private static let chat = """
        apiVersion: gatehouse/v1
        kind: NamespacePolicy
        namespace: /chat
        revision: 1
        transports: [websocket]
        origin: { allow: [], allow_missing: true }
        connect: { allow: [{ id: c, when: { issuer: corp } }] }
        send: { allow: [{ id: m, event: message, when: { roles: { any_of: [user] } } }] }

        """
    private static let suite = """
        apiVersion: gatehouse/v1
        kind: PolicyTest
        suite: chat
        cases:
          - { name: a, as: { iss: corp, sub: u, roles: [user] }, do: { send: message }, expect: { effect: allow } }

        """

    /// A directory of policies: as above, with other texts where `files` has some.
    private func policies(_ scratch: ScratchDirectory, _ name: String, _ files: [String: String] = [:]) throws -> String {
        let path = scratch.path + "/" + name
        for folder in [path, path + "/tests"] {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        }
        let all = ["_global.yaml": Self.global, "chat.yaml": Self.chat, "tests/chat.test.yaml": Self.suite].merging(files) { $1 }
        for (file, text) in all where !text.isEmpty {
            _ = try scratch.write(text, to: name + "/" + file)
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path + "/" + file)
        }
        return path
    }

    /// What a command exits with.
    private func status(_ arguments: [String]) async throws -> Int32 {
        do {
            try await run(arguments)
            return 0
        } catch let failure as CommandFailure {
            return failure.status.rawValue
        } catch let code as ExitCode {
            return code.rawValue
        }
    }

    private func run(_ arguments: [String]) async throws {
        try await Program.$current.withValue(Program(GatehouseChat.self)) { try await GatehouseCommand.run(["policy"] + arguments) }
    }

    private func message(_ arguments: [String]) async throws -> String {
        do {
            try await run(arguments)
            return ""
        } catch let failure as CommandFailure {
            return failure.message
        }
    }

    // MARK: check and test

    @Test(
        "policy check exits with 0 for nothing, 1 for warnings only and 2 for errors",
        arguments: [
            ([:], 0), (["chat.yaml": chat.replacing("event: message", with: "event: \"**\"")], 1),
            (["chat.yaml": chat.replacing("revision: 1", with: "revision: 1\nmode: report")], 1),
            (["chat.yaml": chat.replacing("send:", with: "sned:")], 2), (["chat.yaml": chat.replacing("id: m", with: "id: c")], 2),
        ] as [([String: String], Int32)])
    func check(files: [String: String], expected: Int32) async throws {
        let scratch = try ScratchDirectory()
        #expect(try await status(["check", policies(scratch, "p", files), "--without-routes", "--without-keys"]) == expected)
    }

    @Test("policy check compares the built-in gateways with the policies")
    func routes() async throws {
        let scratch = try ScratchDirectory()
        #expect(try await status(["check", policies(scratch, "p")]) == 2)
    }

    @Test("policy check names a key file that is missing or no key set, but for one that the first start makes, and can leave keys out")
    func keys() async throws {
        let scratch = try ScratchDirectory()
        let issuer = "jwks_file: certs/c.json, algorithms: [ES256]"
        let path = try policies(scratch, "p")
        let options = ["--without-routes", "--root", scratch.path]
        #expect(try await message(["check", path] + options).contains("/p has errors"))
        #expect(try await status(["check", path] + options) == 2)
        #expect(try await status(["check", path, "--without-keys"] + options) == 0)
        let development = issuer.replacing("certs/c.json", with: "certs/dev-token.jwks.json") + ", development: true"
        let made = try policies(scratch, "q", ["_global.yaml": Self.global.replacing(issuer, with: development)])
        #expect(try await status(["check", made, "--without-routes"]) == 0)
        let folder = scratch.path + "/certs"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        _ = try scratch.write("{}", to: "certs/c.json")
        #expect(try await status(["check", path] + options) == 2)
        _ = try DevelopmentFiles(directory: folder).makeTokenKey()
        try FileManager.default.removeItem(atPath: folder + "/c.json")
        try FileManager.default.moveItem(atPath: folder + "/dev-token.jwks.json", toPath: folder + "/c.json")
        let trusting = try policies(
            scratch, "r", ["_global.yaml": Self.global.replacing(issuer, with: issuer + ", development: true")])
        #expect(try await status(["check", trusting] + options) == 0)
    }

    @Test("policy explain takes the program's one namespace, and asks for one where there are several")
    func namespace() async throws {
        let scratch = try ScratchDirectory()
        let path = try policies(scratch, "p")
        #expect(try await status(["explain", path, "--do", "connect"]) == 0)
        let others = Program(name: "other") { Application($0.configuration).mount(LobbyGateway()).mount(TableGateway()) }
        await #expect(throws: CommandFailure(.usage, "name the namespace with --ns: the program has /lobby, /table")) {
            try await Program.$current.withValue(others) {
                try await GatehouseCommand.run(["policy", "explain", path, "--do", "connect"])
            }
        }
    }

    @Test(
        "POL-20: policy check has an error for what a server would not start with since nothing enforces it, with and without routes",
        arguments: ["event: message, scope: { rooms_claim: /r }", "event: message }], approvals: [{ event: [message]"],
        [[], ["--without-routes"]])
    func unenforced(_ setting: String, _ options: [String]) async throws {
        let scratch = try ScratchDirectory()
        let chat = Self.chat.replacing(
            "event: message, when: { roles: { any_of: [user] } }", with: setting)
        let said = try await message(["check", policies(scratch, "p", ["chat.yaml": chat])] + options)
        #expect(said.contains("/p has errors: 2 files"), "\(said)")
    }

    @Test(
        "policy test exits with 0 when all passed, 1 when some failed, 2 for errors in files",
        arguments: [
            ([:], [], 0), ([:], ["--coverage"], 0), ([:], ["--format", "json"], 0), ([:], ["--format", "junit", "--fail-on-empty"], 0),
            (["tests/chat.test.yaml": suite.replacing("effect: allow", with: "effect: deny")], [], 1),
            (["tests/chat.test.yaml": suite.replacing("effect: allow", with: "efect: allow")], [], 2),
            (["chat.yaml": "x"], [], 2), (["tests/chat.test.yaml": ""], [], 0), (["tests/chat.test.yaml": ""], ["--fail-on-empty"], 1),
        ] as [([String: String], [String], Int32)])
    func test(files: [String: String], options: [String], expected: Int32) async throws {
        let scratch = try ScratchDirectory()
        #expect(try await status(["test", policies(scratch, "p", files)] + options) == expected)
    }

    // MARK: fmt

    @Test("policy fmt replaces what is not in its layout, keeps who may read it, and leaves the rest alone")
    func format() async throws {
        let scratch = try ScratchDirectory()
        let untidy = Self.chat.replacing("connect: {", with: "# who\nconnect:    {")
        let path = try policies(scratch, "p", ["chat.yaml": untidy])
        let file = path + "/chat.yaml"
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: file)
        let others = try FileManager.default.attributesOfItem(atPath: path + "/_global.yaml")[.systemFileNumber] as? Int
        #expect(try await status(["fmt", "--check", path]) == 1)
        #expect(try String(contentsOfFile: file, encoding: .utf8) == untidy)
        #expect(try await status(["fmt", path]) == 0)
        let text = try String(contentsOfFile: file, encoding: .utf8)
        #expect(text.contains("# who\nconnect: { allow"))
        #expect(try scratch.mode(file) == 0o640)
        #expect(try await status(["fmt", "--check", path, file, path + "/tests/chat.test.yaml", path + "/_global.yaml"]) == 0)
        #expect(try FileManager.default.attributesOfItem(atPath: path + "/_global.yaml")[.systemFileNumber] as? Int == others)
        #expect(try FileManager.default.contentsOfDirectory(atPath: path).sorted() == ["_global.yaml", "chat.yaml", "tests"])
    }

    @Test("policy fmt writes nothing at all where one file does not load, and says where it is wrong")
    func formatRefused() async throws {
        let scratch = try ScratchDirectory()
        let path = try policies(
            scratch, "p",
            [
                "chat.yaml": Self.chat.replacing("id: c", with: "id:   c"),
                "tests/chat.test.yaml": Self.suite.replacing("name: a", with: "nam: a"),
            ])
        let before = try String(contentsOfFile: path + "/chat.yaml", encoding: .utf8)
        #expect(try await status(["fmt", path]) == 2)
        #expect(try String(contentsOfFile: path + "/chat.yaml", encoding: .utf8) == before)
        #expect(try await message(["fmt", path + "/tests/chat.test.yaml"]).hasPrefix(path + "/tests/chat.test.yaml:5:"))
        #expect(try await status(["fmt", path + "/absent.yaml"]) == 2)
        #expect(try await status(["fmt", path + "/tests/../notes.txt"]) == 2)
    }

    @Test("policy fmt follows a link and leaves it a link")
    func formatLink() async throws {
        let scratch = try ScratchDirectory()
        let path = try policies(scratch, "p", ["chat.yaml": Self.chat.replacing("id: c", with: "id:   c")])
        try FileManager.default.moveItem(atPath: path + "/chat.yaml", toPath: scratch.path + "/real.yaml")
        try FileManager.default.createSymbolicLink(atPath: path + "/chat.yaml", withDestinationPath: scratch.path + "/real.yaml")
        #expect(try await status(["fmt", path]) == 0)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path + "/chat.yaml") == scratch.path + "/real.yaml")
        #expect(try String(contentsOfFile: scratch.path + "/real.yaml", encoding: .utf8) == Self.chat)
    }

    // MARK: diff

    private static func record(
        _ seq: Int, _ event: String, _ effect: String, rule: String?, reason: String, roles: [String] = ["user"], name: String = "message"
    ) -> String {
        let rule = rule.map { "\"rule\":\"\($0)\"," } ?? ""
        let list = roles.map { "\"\($0)\"" }.joined(separator: ",")
        return """
            {"v":1,"seq":\(seq),"ts":"2026-11-22T20:27:35.123456Z","event":"\(event)","sev":"info","outcome":"x","actor":{"iss":"corp",\
            "sub":"u\(seq)","roles":[\(list)],"ip":"127.0.0.1","transport":"websocket"},"target":{"ns":"/chat","event":"\(name)"},\
            "decision":{"id":"01KAPWZQ5V7K2M3N4P5Q6R7S8T","effect":"\(effect)",\(rule)"reason":"\(reason)","gen":1,"mode":"enforce"}}

            """
    }

    @Test("policy diff exits with 0 where nothing differs and 1 where rules or settings do")
    func differences() async throws {
        let scratch = try ScratchDirectory()
        let old = try policies(scratch, "old"), same = try policies(scratch, "same", ["chat.yaml": "# a comment\n" + Self.chat])
        let new = try policies(scratch, "new", ["chat.yaml": Self.chat.replacing("any_of: [user]", with: "any_of: [admin]")])
        #expect(try await status(["diff", old, same]) == 0)
        #expect(try await status(["diff", old, new]) == 1)
        #expect(try await status(["diff", old, scratch.path + "/absent"]) == 2)
    }

    @Test("policy diff --replay counts what would change, what would not, and what the log cannot tell")
    func replay() async throws {
        let scratch = try ScratchDirectory()
        let old = try PolicyFiles.load(policies(scratch, "old"))
        let new = try PolicyFiles.load(
            policies(
                scratch, "new",
                [
                    "chat.yaml": Self.chat.replacing(
                        "[{ id: m, event: message", with: "[{ id: s, event: b, when: { scopes: { any_of: [w] } } }, { id: m, event: a")
                ]))
        let log = try scratch.write(
            Self.record(1, "msg.accepted", "allow", rule: "m", reason: "allow_rule")
                + Self.record(2, "msg.denied", "deny", rule: nil, reason: "no_matching_allow", name: "a")
                + Self.record(3, "msg.denied", "deny", rule: nil, reason: "no_matching_allow", name: "b")
                + Self.record(4, "msg.denied", "deny", rule: nil, reason: "no_matching_allow", name: "c")
                + Self.record(5, "msg.rate_limited", "deny", rule: "m", reason: "rate_limited")
                + Self.record(6, "msg.accepted", "allow", rule: "gone", reason: "allow_rule") + "{\"seq\":7", to: "log.jsonl")
        var replayed = ReplayedLog(PolicyReplay(from: old, to: new))
        try replayed.read(log)
        #expect((replayed.records, replayed.changed, replayed.same, replayed.untold) == (6, 2, 1, 1))
        #expect(replayed.foreign == 1)
        #expect(
            replayed.lines == [
                "record 1, 2026-11-22T20:27:35.123456Z: corp/u1 /chat send:message: allow (m) -> deny (builtin.default)",
                "record 2, 2026-11-22T20:27:35.123456Z: corp/u2 /chat send:a: deny (builtin.default) -> allow (m)",
                "1 are unknown: 's' needs scopes, which the log does not have. First: record 3, 2026-11-22T20:27:35.123456Z: corp/u3 /chat send:b",
                "1 were decided by rules that the older policies do not have, and were left out",
                "6 records, 5 decisions of rules: 2 would change, 1 would not, 1 are unknown",
            ])
        #expect(try await status(["diff", scratch.path + "/old", scratch.path + "/old", "--replay", log]) == 0)
        #expect(try await status(["diff", scratch.path + "/old", scratch.path + "/old", "--replay", scratch.path + "/absent.jsonl"]) == 2)
        let broken = try scratch.write("not a record\n", to: "broken.jsonl")
        var other = ReplayedLog(PolicyReplay(from: old, to: new))
        try other.read(broken)
        #expect(other.broken == 1 && other.records == 0)
    }
}

private struct LobbyGateway: Gateway {
    static let namespace: Namespace = "/lobby"
    func routes(_ on: inout Routes) {}
}

private struct TableGateway: Gateway {
    static let namespace: Namespace = "/table"
    func routes(_ on: inout Routes) {}
}
