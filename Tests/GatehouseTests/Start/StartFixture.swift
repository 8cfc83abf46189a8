import Foundation
import GatehousePolicy
import GatehouseTLS
import GatehouseTesting
import Logging

@testable import Gatehouse

/// Everything a server is started from, in files of one test: policies, the issuer's key set, and a place for the audit log.
struct StartFixture {
    let directory: TestDirectory
    var configuration = Configuration(transport: .insecure)
    /// Whom clients trust; `nil` without TLS.
    private(set) var authorityPath: String?

    /// - Parameter edits: texts in the policy files and what takes their place.
    init(_ policies: TestPolicies = TestPolicies().allowing(), edits: [(String, String)] = []) throws {
        directory = try TestDirectory()
        for file in policies.files {
            var text = String(decoding: file.bytes, as: UTF8.self)
            for (old, new) in edits { text = text.replacingOccurrences(of: old, with: new) }
            try directory.write(text, to: "policies/" + file.name)
        }
        try directory.write(try TestTokens.jwks(), to: "jwks.json")
        configuration.port = 0
        configuration.policies = directory.path("policies")
        configuration.root = directory.path("")
        configuration.audit = directory.path("audit")
        configuration.drainTimeout = .milliseconds(200)
    }

    var application: Application { application(ScriptGateway<Root>()) }

    func application(_ gateway: ScriptGateway<Root>) -> Application {
        Application(configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }).mount(gateway)
    }

    /// Serves TLS with a development certificate of this test.
    mutating func useTLS(now: Int64 = ServerClock.system.wallMilliseconds() / 1_000) throws {
        let files = try directory.makeCertificates("certs", now: now)
        configuration.transport = .tls(certificate: files.certificate, privateKey: files.key)
        authorityPath = files.authority
    }

    /// A client that trusts the server; for no namespace yet.
    func connect(
        _ server: RunningServer, _ transport: SocketIOClient.Transport = .webSocket, identity: SocketIOClient.Identity? = nil
    ) async throws -> SocketIOClient {
        try await SocketIOClient.connect(
            server.url, options: .init(transport: transport, authorityPath: authorityPath, identity: identity))
    }

    /// The payload of a CONNECT, by the system's clock.
    func auth(_ subject: String = "alice") throws -> JSONObject {
        ["token": .string(try TestTokens.token(subject, now: ServerClock.system.wallMilliseconds() / 1_000))]
    }

    /// The same server with gateways of the test.
    func start(_ gateway: ScriptGateway<Root>, logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }) async throws
        -> RunningServer
    {
        try await Application(configuration, logger: logger).mount(gateway).start()
    }

    /// Why the server does not start; `nil` if it does, in which case it is stopped again.
    func refusal() async throws -> StartError? {
        do {
            try await application.start().stop()
            return nil
        } catch let error as StartError {
            return error
        }
    }
}
