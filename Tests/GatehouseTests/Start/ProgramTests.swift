import Foundation
import GatehousePolicy
import GatehouseTLS
import Logging
import Testing

@testable import Gatehouse

/// What a user can get wrong.
enum ProgramFault: String, Codable {
    case noGateway, noPolicies, badPolicy, foreignPolicy, noCertificate, readableKey, range, portInUse, badNamespace, gateway, making
    case settings
}

/// What becomes of a program that runs ``Application/main(_:)``, seen from outside: each runs in a process of its own.
@Suite("A server as a whole program")
struct ProgramTests {
    /// What is said of it.
    static let table: [(ProgramFault, says: String)] = [
        (.noGateway, "no gateway is mounted"), (.noPolicies, "nowhere"), (.badPolicy, "/policies/root.yaml:5:7: error:"),
        (.foreignPolicy, "/side"), (.noCertificate, "cannot be opened"), (.readableKey, "chmod"), (.range, "65535"),
        (.portInUse, "in the configuration (port)"), (.badNamespace, "\"side\" is not a namespace"),
        (.gateway, "did not start: the database is down"), (.making, "the secret is missing"), (.settings, "GATEHOUSE_PORT"),
    ]

    @Test("MDL-35: every mistake that a user can make is told in words and ends with exit code 78, and none with a trap", arguments: table)
    func faults(_ fault: ProgramFault, _ says: String) async throws {
        let fixture = try StartFixture()
        defer { fixture.directory.remove() }
        let folder = fixture.directory.path("")
        if fault == .badPolicy {
            let path = fixture.directory.path("policies/root.yaml")
            let text = try String(contentsOfFile: path, encoding: .utf8)
            try fixture.directory.write(text.replacing("mode: enforce", with: "mode: relaxed"), to: "policies/root.yaml")
        }
        if fault == .readableKey {
            let files = try fixture.directory.makeCertificates("certs", now: Int64(Date().timeIntervalSince1970))
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: files.key)
        }
        let result = await #expect(processExitsWith: .exitCode(78), observing: [\.standardErrorContent]) {
            [folder = folder as String, fault = fault as ProgramFault] in
            await Application.main { try await Self.application(in: folder, with: fault) }
        }
        let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(text.contains(says), "\(text)")
        for leak in ["Fatal error", "Backtrace", "StartError(", "IOError", "Optional("] { #expect(!text.contains(leak), "\(text)") }
        // A line; with those of the log, whose times they begin with, left out.
        #expect(text.split(separator: "\n").filter { !$0.contains(" warning ") }.count == 1, "\(text)")
    }

    @Test("MDL-35: SIGTERM and SIGINT stop the server, and the program goes on behind it", arguments: [SIGTERM, SIGINT])
    func stop(_ signal: Int32) async throws {
        let fixture = try StartFixture()
        defer { fixture.directory.remove() }
        let result = await #expect(processExitsWith: .exitCode(7), observing: [\.standardErrorContent]) {
            [folder = fixture.directory.path("") as String, signal = signal as Int32] in
            await Self.application(in: folder).onStart { _ in _ = kill(getpid(), signal) }.main()
            exit(7)
        }
        let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(text.contains("listening on http://127.0.0.1:"), "\(text)")
        let records = try fixture.directory.auditRecords().compactMap { $0["event"]?.stringValue }
        #expect(records.last == "node.drained" || records.contains("node.stopping"), "\(records)")
    }

    @Test("MDL-35: a second signal ends the program at once, with exit code 1")
    func secondSignal() async throws {
        let fixture = try StartFixture()
        defer { fixture.directory.remove() }
        await #expect(processExitsWith: .exitCode(1)) { [folder = fixture.directory.path("") as String] in
            await Self.application(in: folder).mount(LingeringGateway()).onStart { _ in _ = kill(getpid(), SIGTERM) }.main()
        }
    }

    @Test("MDL-35: SIGHUP reads the policies again")
    func hangUp() async throws {
        let fixture = try StartFixture()
        defer { fixture.directory.remove() }
        await #expect(processExitsWith: .exitCode(0)) { [folder = fixture.directory.path("") as String] in
            let path = folder + "/policies/root.yaml"
            await Self.application(in: folder).onStart { server in
                guard let text = try? String(contentsOfFile: path, encoding: .utf8),
                    (try? text.replacing("revision: 1", with: "revision: 2").write(toFile: path, atomically: true, encoding: .utf8)) != nil
                else { exit(9) }
                _ = unsafe chmod(path, 0o600)
                _ = kill(getpid(), SIGHUP)
                Task.detached {
                    // The watch of the directory would find it too, but only later than this gives up.
                    while server.runtime.policies.current.generation == 1 { await Task.yield() }
                    _ = kill(getpid(), SIGTERM)
                }
            }.main()
            exit(0)
        }
        let records = try fixture.directory.auditRecords()
        #expect(records.contains { $0["event"]?.stringValue?.hasPrefix("policy.") == true }, "\(records)")
    }

    // MARK: what runs in the other process

    private static func application(in folder: String) -> Application {
        var configuration = Configuration(transport: .insecure)
        configuration.port = 0
        configuration.policies = folder + "/policies"
        configuration.root = folder
        configuration.audit = folder + "/audit"
        return Application(configuration).mount(ScriptGateway<Root>())
    }

    private static func application(in folder: String, with fault: ProgramFault) async throws -> Application {
        struct Missing: Error, CustomStringConvertible { var description: String { "the secret is missing" } }
        var configuration = application(in: folder).configuration
        switch fault {
        case .noGateway: return Application(configuration)
        case .noPolicies: configuration.policies = folder + "/nowhere"
        case .badPolicy: break
        case .foreignPolicy: return Application(configuration).mount(ScriptGateway<Root>()).mount(ScriptGateway<Side>())
        case .noCertificate: configuration.transport = .tls(certificate: folder + "/a.pem", privateKey: folder + "/b.pem")
        case .readableKey:
            configuration.transport = .tls(certificate: folder + "/certs/server.pem", privateKey: folder + "/certs/server-key.pem")
        case .range: configuration.port = 70_000
        case .portInUse:
            // Left running, in a process that is about to end.
            var other = configuration
            other.audit = folder + "/other"
            configuration.port = try await Application(other).mount(ScriptGateway<Root>()).start().port
        case .badNamespace: return Application(configuration).mount(MisplacedGateway())
        case .gateway: return Application(configuration).mount(ScriptGateway<Root>()).mount(FailingGateway())
        case .making: throw Missing()
        case .settings:
            throw SettingErrors([.init(.value, settings: ["port"], at: "GATEHOUSE_PORT", "x is no number from 0 to 65535")])
        }
        return Application(configuration).mount(ScriptGateway<Root>())
    }
}

private struct MisplacedGateway: Gateway {
    static let namespace: Namespace = "side"
    func routes(_ on: inout Routes) {}
}

private struct FailingGateway: Gateway {
    struct Down: Error, CustomStringConvertible { var description: String { "the database is down" } }
    static let namespace: Namespace = "/"
    func routes(_ on: inout Routes) {}
    func willStart(_ server: ServerHandle) async throws { throw Down() }
}

/// One that is asked to stop a second time while it stops, and takes its time.
private struct LingeringGateway: Gateway {
    static let namespace: Namespace = "/"
    func routes(_ on: inout Routes) {}
    func didStop() async {
        _ = kill(getpid(), SIGINT)
        try? await Task.sleep(for: .seconds(9))
    }
}
