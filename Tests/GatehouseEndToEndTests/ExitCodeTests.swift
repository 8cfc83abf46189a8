import Foundation
import Testing

/// Scripts and monitors go by exit codes alone: each command's are held here as the help has them, with the words beside them.
@Suite("Exit codes of the built command", .serialized)
struct ExitCodeTests {
    struct Call: CustomTestStringConvertible {
        var arguments: [String]
        var status: Int32
        /// Where it is said, and a part of what.
        var output = ""
        var errors = ""

        init(_ line: String, _ status: Int32, output: String = "", errors: String = "") {
            arguments = line.split(separator: " ").map(String.init)
            self.status = status
            self.output = output
            self.errors = errors
        }

        var testDescription: String { "\(arguments.joined(separator: " ")): \(status)" }
    }

    static let calls = [
        Call("audit verify var/audit", 0, output: "whole"),
        Call("audit verify var/audit --key var/audit/audit.pub --json", 0, output: "\"verdict\":\"good\""),
        Call("audit verify bad", 1, output: "TAMPERED"),
        Call("audit verify bad --json", 1, output: "\"verdict\":\"tampered\""),
        Call("audit verify torn", 2, output: "torn tail"),
        Call("audit verify torn --json", 2, output: "\"verdict\":\"torn_tail\""),
        Call("audit verify nowhere", 3, errors: "no audit log"),
        Call("audit verify var/audit --key nowhere", 3, errors: "nowhere cannot be read"),
        Call("audit verify var/audit --key policies/chat.yaml", 3),
        Call("audit verify var/audit --checkpoints nowhere", 3, errors: "nowhere cannot be read"),
        Call("audit verify var/audit --checkpoints policies/chat.yaml", 3, errors: "cannot be read"),
        Call("audit verify --nonsense", 64, errors: "Usage"),
        Call("audit redact-check var/audit --secrets-file other.txt", 0, output: "nothing found"),
        Call("audit redact-check var/audit --secrets-file secret.txt", 1, output: "a configured secret", errors: "must not be"),
        Call("audit redact-check nowhere", 2, errors: "cannot be read"),
        Call("audit redact-check var/audit --secrets-file nowhere", 2, errors: "nowhere cannot be read"),
        Call("audit query var/audit --event node.started", 0, output: "node.started"),
        Call("audit query nowhere", 2, errors: "cannot be read"),
        Call("certs check certs/server.pem", 0, output: "days left"),
        Call("certs check certs/server.pem --key certs/second.pem", 1, errors: "is not the key"),
        Call("certs check certs/nowhere.pem", 1, errors: "cannot be opened"),
        Call("policy check policies", 0, output: "is good"),
        Call("policy check broken", 2, errors: "broken/"),
        Call("policy check nowhere", 2, errors: "cannot be read"),
        Call("policy test policies --fail-on-empty", 0, output: "passed"),
        Call("policy test untrue", 1, output: "expected effect deny; got allow"),
        Call("token verify good.jwt", 0, output: "good"),
        Call("token verify bad.jwt", 1, errors: "refused"),
        Call("token inspect bad.jwt", 1, errors: "not a token"),
        Call("serve --policies nowhere", 78, errors: "nowhere"),
        Call("serve --port 99999", 64, errors: "65535"),
        Call(
            "admin stats --url https://127.0.0.1:1 --ca certs/dev-ca.pem", 1, errors: "cannot be reached: 127.0.0.1:1: Connection refused"),
        Call("admin stats --url nonsense", 64, errors: "https://host:port"),
        Call("audit query var/audit --from yesterday", 64, errors: "2026-11-22"),
        Call("audit query var/audit --from 2026-13-99", 64, errors: "2026-11-22"),
        Call("certs init --host chat.test", 1, errors: "is not for chat.test"),
        Call("certs init --host localhost --host 127.0.0.1", 0, output: "kept certs/server.pem"),
        Call("policy check keyless", 2, output: "its key file certs/none.json is not there"),
        Call("policy check keyless --without-keys", 0, output: "is good"),
        Call("policy explain --do fly", 64, errors: "Usage: gatehouse policy explain"),
        Call("token issue --sub alice --role user --key other/dev-token.key.pem /dev/null", 0, errors: "the server will refuse it"),
        Call("token issue --sub alice --role user --lifetime 48h /dev/null", 0, errors: "the server will refuse it"),
        Call("token issue --sub alice --claim tenant /dev/null", 64, errors: "name=json"),
        Call("serve --host nowhere.invalid --port 0", 78, errors: "nowhere.invalid cannot be resolved"),
        Call("--version", 0, output: "gatehouse "),
    ]

    /// The directory of a server that has run, beside broken copies of what it left.
    private static func prepare() async throws -> ServerDirectory {
        let directory = try await ServerDirectory(ServerDirectory.shipped("").filter { !$0.key.hasPrefix("examples") })
        let server = try await RunningServer(in: directory)
        try #require(await server.stop() == 0, "\(server.output.text)")
        let script = """
            set -e
            cp -a var/audit torn && cp -a var/audit bad
            printf '{"v":1,"seq":' >> torn/audit-000000000001.jsonl
            sed -i '2s/"event"/"evemt"/' bad/audit-000000000001.jsonl
            echo node.started > secret.txt && echo another-secret > other.txt && chmod 600 *.txt
            cp -a policies broken && echo 'x: [' >> broken/chat.yaml
            cp -a policies untrue && sed -i 's/effect: allow/effect: deny/' untrue/tests/*.yaml
            cp -a policies keyless && sed -i 's|certs/dev-token.jwks.json|certs/none.json|' keyless/_global.yaml
            "$0" certs init --dir other
            "$0" token issue --sub alice --role user > good.jwt
            echo garbage > bad.jwt
            """
        let made = try await Command.run("sh", ["-c", script, try GatehouseBinary.path()], in: directory.url)
        try #require(made.status == 0, "\(made.account)")
        return directory
    }

    @Test("Each command exits with the code that its help names, and says why on the right stream")
    func calls() async throws {
        let directory = try await Self.prepare()
        for call in Self.calls {
            // Tokens come from standard input: on a command line everybody reads them.
            let isToken = call.arguments.first == "token"
            let words = isToken ? Array(call.arguments.dropLast()) : call.arguments
            let input = isToken ? call.arguments.last ?? "" : "/dev/null"
            let line = ["-c", "exec \"$0\" \"$@\" < \(input)", try GatehouseBinary.path()] + words
            let done = try await Command.run("sh", line, in: directory.url)
            #expect(done.status == call.status, "\(call.testDescription)\n\(done.account)")
            #expect(done.output.contains(call.output) || call.output.isEmpty, "\(call.testDescription)\n\(done.account)")
            #expect(done.errors.contains(call.errors) || call.errors.isEmpty, "\(call.testDescription)\n\(done.account)")
        }
    }
}
