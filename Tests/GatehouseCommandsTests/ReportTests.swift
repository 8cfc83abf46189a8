import Foundation
import Gatehouse
import GatehouseJSON
import GatehouseModeration
import GatehousePolicy
import NIOCore
import Testing

@testable import GatehouseAudit
@testable import GatehouseCommands

@Suite("What commands report")
struct ReportTests {
    private func report(_ bundle: PolicyBundle, authority: String? = "certs/dev-ca.pem", warnings: [String] = []) -> [String] {
        StartReport(
            url: "https://127.0.0.1:8443", policies: "policies", bundle: bundle, audit: "var/audit",
            monitoring: "http://127.0.0.1:9464", made: ["certs/server.pem"],
            authority: authority, warnings: warnings
        ).lines
    }

    @Test("serve says where it listens in words that scripts look for, which policies are active, and what comes next")
    func start() throws {
        let bundle = try TestPolicies.bundle(mode: "report")
        let lines = report(bundle, warnings: ["development keys are trusted"])
        #expect(lines.first == "gatehouse listening on https://127.0.0.1:8443")
        let text = lines.joined(separator: "\n")
        for part in [
            "made      certs/server.pem", "generation 1, sha256 \(bundle.sha256.prefix(12))", "_global.yaml revision 4",
            "chat.yaml revision 7",
            "var/audit", "health    http://127.0.0.1:9464/healthz, /readyz, /metrics", "gatehouse token issue --sub alice --role user",
            "https://127.0.0.1:8443/chat", "--ca certs/dev-ca.pem",
            "warning   policies/chat.yaml:5:", "warning   development keys",
        ] {
            #expect(text.contains(part), "\(part) is not in\n\(text)")
        }
    }

    @Test("Without a development issuer there is no word of development")
    func production() throws {
        let text = report(try TestPolicies.bundle(development: false), authority: nil).joined(separator: "\n")
        #expect(!text.contains("development") && !text.contains("token issue") && !text.contains("warning"))
    }

    @Test(
        "SEC-46: serve says when the system's limit of open files is below the connections that the policies allow",
        arguments: [
            (10_064, false), (10_063, true), (1_024, true), (10, true), (.max, false),
        ])
    func openFiles(_ limit: Int, _ warns: Bool) throws {
        let text = OpenFiles(limit: limit).shortage(forConnections: 10_000) ?? ""
        #expect(text.contains("limits.connections.node") == warns)
        #expect(text.contains("\(max(0, limit - 64)) of the 10000") == warns)
    }

    @Test("SEC-46: the limit of open files is raised to what the system allows")
    func raised() throws {
        #expect(OpenFiles.raised().limit >= 256)
        #expect(OpenFiles.raised() == OpenFiles.raised())
    }

    @Test(
        "REL-24: an address that cannot be listened on is told in one line that says what to do",
        arguments: [(EADDRINUSE, "--port"), (EACCES, "--port"), (EADDRNOTAVAIL, "--host")])
    func listen(_ number: Int32, _ option: String) {
        let error = StartError(code: .listen, message: "cannot listen", cause: IOError(errnoCode: number, reason: "bind"))
        let failure = StartFailure(Configuration(transport: .insecure), advice: .flags).failure(error)
        #expect(failure.status == .cannotStart)
        #expect(failure.message.contains(option) && failure.message.contains("127.0.0.1") && !failure.message.contains("\n"))
    }

    @Test("REL-24: every mistake in the policies is told with file, line and column")
    func policies() throws {
        let errors = PolicyErrors([
            PolicyError(.value, at: SourcePosition(file: "chat.yaml", line: 3, column: 7), "one"),
            PolicyError(.type, at: SourcePosition(file: "admin.yaml", line: 1, column: 1), "two"),
            PolicyError(.unreadable, at: SourcePosition(file: "policies", line: 0, column: 0), "three"),
        ])
        let failure = StartFailure(Configuration(transport: .insecure), advice: .flags).failure(
            StartError(code: .policy, message: "bad", cause: errors))
        #expect(
            failure.message.split(separator: "\n") == [
                "policies/admin.yaml:1:1: error: two [type]", "policies/chat.yaml:3:7: error: one [value]",
                "policies: error: three [unreadable]",
            ])
    }

    @Test("SEC-48: what a strict start objects to is told a line each, and nothing before them")
    func strict() {
        let objections = "policies/chat.yaml:5:1: the file is in mode warn\ncerts/server.pem: a development certificate"
        let failure = StartFailure(Configuration(transport: .insecure), advice: .flags).failure(
            StartError(code: .strict, message: objections))
        #expect(failure == CommandFailure(.cannotStart, objections))
    }

    @Test("A refusal of the server ends the command with code 1, its code, message and record")
    func refusal() throws {
        let answer: JSONValue = [
            "status": "error", "code": "invalid", "message": "Not valid", "decision": "01D",
            "violations": [["path": "/reason", "code": "length", "message": "too short"]],
        ]
        let failure = #expect(throws: CommandFailure.self) { try AdminConnection.accepted(answer) }
        #expect(failure?.status == .refused)
        for part in ["invalid", "Not valid", "--decision 01D", "/reason: too short"] {
            #expect(failure?.message.contains(part) == true, "\(part)")
        }
        #expect(try AdminConnection.accepted(["closed": 1]) == ["closed": 1])
    }

    @Test("Sessions are a table, and what a user chose to be called cannot steer the terminal")
    func sessions() {
        let answer: JSONValue = [
            "items": [
                [
                    "sid_ref": "01S", "user": ["iss": "i", "sub": "e\u{1B}ve"], "ns": ["/chat"], "rooms": ["a", "b"], "ip": "::1",
                    "transport": "websocket", "since": 1_795_379_255_000, "token_exp": 1_795_379_255,
                ]
            ]
        ]
        let lines = SessionTable.table(answer).lines
        #expect(lines.count == 2)
        for part in ["01S", #"e\u{1b}ve"#, "/chat", "a b", "::1", "websocket", "2026-11-22T20:27:35Z"] {
            #expect(lines.last?.contains(part) == true, "\(part)")
        }
    }

    @Test("POL-32: the account of a refusal is the decision, who asked for what, and a line for each rule")
    func account() {
        let answer: JSONValue = [
            "decision": "01D", "event": "msg.denied", "effect": "deny", "mode": "enforce", "generation": 3, "rule": "builtin.default",
            "reason": "no_matching_allow", "action": "send:now", "resource": ["ns": "/chat", "event": "now"],
            "subject": ["sub": "alice", "roles": ["user"]], "detail": [:], "more_rules": 2,
            "rules": [
                ["id": "a", "effect": "allow", "at": "chat.yaml:3:7", "outcome": "failed", "condition": "roles.any_of"],
                ["id": "b", "effect": "deny", "at": "chat.yaml:9:7", "outcome": "matched"],
            ],
        ]
        #expect(
            AdminExplainCommand.lines(answer) == [
                "deny (no_matching_allow) by builtin.default, generation 3, mode enforce", "  record: msg.denied", "  action: send:now",
                "  resource: ns /chat, event now", #"  subject: sub alice, roles ["user"]"#,
                "  allow a (chat.yaml:3:7): failed at roles.any_of", "  deny b (chat.yaml:9:7): matched", "  and 2 more rules",
            ])
    }

    @Test("The verdict on a log names the first bad line")
    func verdict() {
        var report = AuditVerifier.Report()
        report.records = 5
        #expect(AuditVerifyCommand.text(report).first?.hasPrefix("whole: 5 records") == true)
        report.verdict = .tampered
        report.finding = .init(file: "audit-000000000001.jsonl", line: 3, seq: 3, message: "wrong")
        #expect(AuditVerifyCommand.text(report).first == "TAMPERED: audit-000000000001.jsonl:3:3: wrong")
        #expect(report.summary["verdict"] == "tampered")
        #expect(report.summary["finding"]?["line"] == 3)
        report.verdict = .tornTail
        #expect(AuditVerifyCommand.text(report).first?.hasPrefix("torn tail: audit-000000000001.jsonl:3:3") == true)
    }

    @Test("LIM-01: the limits that are shown are those of configuration and policies")
    func limits() throws {
        var configuration = Configuration(transport: .insecure)
        configuration.limits.maxPayload = 2_048
        configuration.limits.pingInterval = .milliseconds(1_500)
        let json = EffectiveLimits(configuration, try TestPolicies.bundle()).json
        #expect(json["payload"] == 2_048 && json["ping_interval_ms"] == 1_500 && json["connections.per_ip"] == 50)
        #expect(json["/chat payload"] == 2_048 && json["/chat connection.messages"] == "2/s burst 20")
        #expect(json["connections.per_user"] == 20 && json["/chat user.messages"] == "20/s burst 200")
    }
}
