import ArgumentParser
import Gatehouse
import GatehouseAudit
import GatehouseSettings
import Testing

@testable import GatehouseCommands

@Suite("The command line")
struct ArgumentTests {
    private func parse<Command>(_ arguments: String, as type: Command.Type) throws -> Command {
        let words = arguments.split(separator: " ").map(String.init)
        return try #require(try GatehouseCommand.parseAsRoot(words) as? Command, "\(arguments) is another command")
    }

    @Test(
        "Wrong usage is refused with exit code 64",
        arguments: [
            "serve --port 65536", "serve --ping-interval 25", "serve --json",
            "admin stats --client-cert c.pem", "admin stats --client-key k.pem", "serve --port -1", "serve --port https", "serve --loops 0",
            "serve now", "token issue", "token issue --sub a --lifetime 1x",
            "token issue --sub a --lifetime 0s", "token issue --sub a --lifetime 500ms", "admin kick --reason r",
            "admin kick --user a --session b --reason r", "admin kick --user a", "admin kick --session a --iss b --reason r",
            "admin kick --session a --ns /chat --reason r", "admin kick --user a --reason r --rejoin-after 10ms",
            "admin revoke --user a", "admin revoke --reason r", "admin revoke --user a --jti j --reason r",
            "admin revoke --jti j --issued-before 5 --reason r", "admin revoke --user a --issued-before soon --reason r",
            "token revoke --user a --issued-before 2026-02-31T00:00:00Z --reason r", "admin reauth --user a --reason r",
            "admin reauth --user a --within 500ms --reason r", "admin reauth --user a --within 25h --reason r", "admin announce --text t",
            "admin announce --text t --reason r --room a", "admin announce --text t --reason r --level loud",
            "admin sessions --limit 201", "admin sessions --limit 0", "admin stats --token abc", "policy test --format html",
            "policy explain", "policy explain --do fly", "policy explain --do connect --ip x",
            "policy explain --do connect --transport tcp",
            "certs check", "audit tail -n x", "nothing", "audit query --from yesterday", "audit query --from 2026-13-99",
            "audit query --to 2026-02-30", "audit query --from 2026-1-1", "audit query --from 2026-11-22T25", "audit query --from 20261122",
            "audit query --from 2026-11-22T20:27:35.", "audit query --from 2026-11Z", "audit query --from -1",
            "audit query --outcome maybe",
            "audit query --event msg", "audit query --event msg.denyed", "audit query --event x.", "audit query --decision 01D",
            "audit tail --event nothing", "admin stats --url nonsense", "token revoke --user a --reason r --url localhost:8443",
        ])
    func wrongUsage(_ arguments: String) {
        let words = arguments.split(separator: " ").map(String.init)
        #expect { try GatehouseCommand.parseAsRoot(words) } throws: { GatehouseCommand.exitCode(for: $0) == .validationFailure }
    }

    private func configuration(_ arguments: String) async throws -> Configuration {
        try await parse(arguments, as: ServeCommand.self).options.settings(environment: [:]).settings.configuration
    }

    @Test("serve listens on loopback with TLS from certs/, and writes to var/, unless it is told otherwise")
    func serveDefaults() async throws {
        let configuration = try await configuration("serve")
        #expect(configuration.host == "127.0.0.1" && configuration.port == 8443)
        #expect(configuration.transport == .tls(certificate: "certs/server.pem", privateKey: "certs/server-key.pem"))
        #expect(configuration.policies == "policies" && configuration.audit == "var/audit")
        #expect(!configuration.strict && !configuration.acceptsBrokenAudit)
        #expect(configuration.cors == nil && configuration.clientCertificates == nil)
    }

    @Test("serve takes every setting from its options")
    func serveOptions() async throws {
        let line = "serve --host ::1 --port 0 --policies p --var v --loops 2 --strict --cert c.pem --key k.pem"
        let configuration = try await self.configuration(line)
        #expect(configuration.host == "::1" && configuration.port == 0 && configuration.eventLoops == 2 && configuration.strict)
        #expect(configuration.transport == .tls(certificate: "c.pem", privateKey: "k.pem"))
        #expect(configuration.policies == "p" && configuration.audit == "v/audit")
        #expect(try await self.configuration("serve --accept-broken-audit").acceptsBrokenAudit)
        #expect(try await self.configuration("serve --insecure").transport == .insecure)
        let asking = try await self.configuration("serve --client-ca ca.pem")
        #expect(asking.clientCertificates == .required(authorities: "ca.pem"))
        let inviting = try await self.configuration("serve --client-ca ca.pem --client-cert-optional")
        #expect(inviting.clientCertificates == .optional(authorities: "ca.pem"))
        let sharing = try await self.configuration("serve --cors-origin https://a.example --cors-origin https://b.example")
        #expect(sharing.cors == CORS(origins: ["https://a.example", "https://b.example"]))
        let trusting = try await self.configuration("serve --cors-origin https://a.example --cors-credentials")
        #expect(trusting.cors == CORS(origins: ["https://a.example"], credentials: true))
        #expect(configuration.root == ".")
        #expect(try await self.configuration("serve --root /etc/gatehouse").root == "/etc/gatehouse")
        let moved = try await self.configuration("serve --certs d")
        #expect(moved.transport == .tls(certificate: "d/server.pem", privateKey: "d/server-key.pem"))
    }

    @Test("A kick names one session or one user, and carries the reason")
    func kick() throws {
        let session = try parse("admin kick --session S --reason rude --rejoin-after 1m", as: AdminKickCommand.self)
        let expected = #"{"request_id":"R","reason":"rude","sid_ref":"S","rejoin_after_s":60}"#
        #expect(try JSONText.of(session.payload(requestID: "R")) == expected)
        let user = try parse("admin kick --user u --iss https://i --ns /chat --reason rude", as: AdminKickCommand.self)
        #expect(
            try JSONText.of(user.payload(requestID: "R"))
                == #"{"request_id":"R","reason":"rude","user":{"iss":"https://i","sub":"u"},"ns":"/chat"}"#)
    }

    @Test("A revocation names one token or one user, whichever way it is asked for", arguments: ["admin", "token"])
    func revoke(_ way: String) throws {
        let token = try parse("\(way) revoke --jti j --iss https://i --reason leak", as: AdminRevokeCommand.self)
        #expect(try JSONText.of(token.payload(requestID: "R")) == #"{"request_id":"R","reason":"leak","jti":"j","iss":"https://i"}"#)
        let user = try parse(
            "\(way) revoke --user u --iss https://i --issued-before 2026-11-25T12:00:00Z --reason leak", as: AdminRevokeCommand.self)
        #expect(
            try JSONText.of(user.payload(requestID: "R"))
                == #"{"request_id":"R","reason":"leak","user":{"iss":"https://i","sub":"u"},"issued_before":1795608000}"#)
        let now = try parse("\(way) revoke --user u --iss https://i --reason leak", as: AdminRevokeCommand.self)
        #expect(try !JSONText.of(now.payload(requestID: "R")).contains("issued_before"))
    }

    @Test(
        "An instant is UTC or seconds since 1970",
        arguments: [
            ("0", 0), ("1795608000", 1_795_608_000), ("1970-01-01T00:00:00Z", 0), ("2000-02-29T23:59:59Z", 951_868_799),
            ("2026-03-01T00:00:00Z", 1_772_323_200), ("2026-02-29T00:00:00Z", nil), ("2026-1-01T00:00:00Z", nil),
            ("2026-01-01T00:00:00", nil),
            ("2026-01-01", nil), ("-5", nil), ("", nil), ("9999999999999", nil), ("2026-01-01T24:00:00Z", nil),
        ] as [(String, Int64?)])
    func instants(_ text: String, _ seconds: Int64?) { #expect(InstantArgument(argument: text)?.seconds == seconds) }

    @Test("A user who is to authenticate anew is told how long there is")
    func reauth() throws {
        let command = try parse("admin reauth --user u --iss https://i --within 2m --reason r", as: AdminReauthCommand.self)
        #expect(
            try JSONText.of(command.payload(requestID: "R"))
                == #"{"request_id":"R","reason":"r","user":{"iss":"https://i","sub":"u"},"within_s":120}"#)
    }

    @Test("An announcement goes to everybody unless it is narrowed")
    func announce() throws {
        let all = try parse("admin announce --text t --reason r", as: AdminAnnounceCommand.self)
        #expect(JSONText.of(all.payload(requestID: "R")) == #"{"request_id":"R","reason":"r","level":"info","text":"t"}"#)
        let room = try parse("admin announce --text t --reason r --level critical --ns /chat --room a", as: AdminAnnounceCommand.self)
        #expect(
            JSONText.of(room.payload(requestID: "R"))
                == #"{"request_id":"R","reason":"r","level":"critical","text":"t","ns":"/chat","room":"a"}"#)
    }

    @Test(
        "MOD-33: --dry-run asks what a change would come to",
        arguments: ["kick --user u", "revoke --user u", "reauth --user u --within 2m", "announce --text t"])
    func dryRun(_ command: String) throws {
        func payload(_ more: String) throws -> String {
            let text = "admin \(command) --reason r" + (command.contains("--user") ? " --iss https://i" : "") + more
            if command.hasPrefix("kick") { return JSONText.of(try parse(text, as: AdminKickCommand.self).payload(requestID: "R")) }
            if command.hasPrefix("revoke") { return JSONText.of(try parse(text, as: AdminRevokeCommand.self).payload(requestID: "R")) }
            if command.hasPrefix("reauth") { return JSONText.of(try parse(text, as: AdminReauthCommand.self).payload(requestID: "R")) }
            return JSONText.of(try parse(text, as: AdminAnnounceCommand.self).payload(requestID: "R"))
        }
        #expect(try payload(" --dry-run").hasSuffix(",\"dry_run\":true}"))
        #expect(try !payload("").contains("dry_run"))
    }

    @Test("An audit question becomes a filter with just what was asked")
    func query() throws {
        let filter = try parse("audit query var/a --decision 01KAPWZQ5V7K2M3N4P5Q6R7S8T --actor alice --room r", as: AuditQueryCommand.self)
            .wanted.filter
        #expect(filter.decisionID == "01KAPWZQ5V7K2M3N4P5Q6R7S8T" && filter.actor == "alice" && filter.room == "r")
        #expect(filter.event == nil && filter.rule == nil && filter.request == nil && filter.outcome == nil)
    }

    @Test(
        "The times of a question are whole timestamps or their beginnings, compared as the log writes them",
        arguments: [
            ("2026", "2026"), ("2026-11", "2026-11"), ("2026-11-22", "2026-11-22"), ("2028-02-29", "2028-02-29"),
            ("2026-11-22T20", "2026-11-22T20"), ("2026-11-22T20:27", "2026-11-22T20:27"), ("2026-11-22T20:27:35Z", "2026-11-22T20:27:35"),
            ("2026-11-22T20:27:35.5", "2026-11-22T20:27:35.5"), ("2026-11-22T20:27:35.123456Z", "2026-11-22T20:27:35.123456"),
        ])
    func times(_ text: String, _ prefix: String) throws {
        #expect(try parse("audit query --from \(text)", as: AuditQueryCommand.self).from?.prefix == prefix)
    }

    @Test(
        "What is wrong with a question of the audit log is said with what is taken instead",
        arguments: [
            ("--from yesterday", "2026-11-22T20:27:35Z"), ("--outcome maybe", "ok, denied, failed, pending"),
            ("--event msg", "'msg.'"), ("--event msg.denyed", "did you mean 'msg.denied'"), ("--event x", "audit, node, "),
        ])
    func corrections(_ arguments: String, _ correction: String) {
        let words = "audit query \(arguments)".split(separator: " ").map(String.init)
        #expect {
            try GatehouseCommand.parseAsRoot(words)
        } throws: { GatehouseCommand.fullMessage(for: $0).contains(correction) }
    }

    @Test("Every command has a help text with an example of it and its exit codes", arguments: leaves.keys.sorted())
    func help(_ path: String) throws {
        let configuration = try #require(Self.leaves[path]).configuration
        let (_, examples) = try #require(
            configuration.discussion.firstRange(of: /Examples?:\n/).map { ($0, configuration.discussion[$0.upperBound...]) })
        #expect(examples.contains("gatehouse \(path)"), "the example is of another command")
        #expect(examples.contains("Exit codes: 0"))
        #expect(!configuration.abstract.isEmpty)
    }

    @Test("The command's own help tells every exit code", arguments: ExitStatus.allCases.map(\.rawValue) + [64])
    func exitCodes(_ code: Int32) throws {
        let codes = try #require(GatehouseCommand.configuration.discussion.split(separator: "Exit codes:").last)
        #expect(" \(codes)".contains(" \(code) "))
    }

    /// Every command that has none below it, by its full path: `token verify` and `audit verify` are two.
    static let leaves = Dictionary(uniqueKeysWithValues: leaves(below: GatehouseCommand.self, path: []))

    private static func leaves(below root: any ParsableCommand.Type, path: [String]) -> [(String, any ParsableCommand.Type)] {
        let below = root.configuration.subcommands
        guard !below.isEmpty else { return [(path.joined(separator: " "), root)] }
        return below.flatMap { leaves(below: $0, path: path + [$0.configuration.commandName ?? ""]) }
    }
}
