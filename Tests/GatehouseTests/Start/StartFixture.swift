import Foundation
import GatehousePolicy
import Logging

@testable import Gatehouse

/// Everything a server is started from, in files of one test: policies, the issuer's key set, and a place for the audit log.
struct StartFixture {
    let directory: TestDirectory
    var configuration = Configuration(transport: .insecure)

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
    }

    var application: Application { application(ScriptGateway<Root>()) }

    func application(_ gateway: ScriptGateway<Root>) -> Application {
        Application(configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }).mount(gateway)
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
