import Foundation

/// The files that a test's server starts from.
struct TrialPolicies {
    private let settings: LiveServer.Settings

    init(_ settings: LiveServer.Settings) { self.settings = settings }

    func write(to directory: URL) throws {
        let policies = directory.appendingPathComponent("policies")
        try FileManager.default.createDirectory(
            at: policies, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try write(global, to: policies.appendingPathComponent("_global.yaml"))
        for (file, name) in [("root", "/"), ("admin", "/admin"), ("third", "/third")] {
            try write(namespace(name), to: policies.appendingPathComponent(file + ".yaml"))
        }
        try write(try TrialTokens.jwks(), to: directory.appendingPathComponent("jwks.json"))
    }

    private func write(_ text: String, to file: URL) throws {
        try Data(text.utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
    }

    /// Rates that hold where nothing is written are off, but where a test is about them.
    private func limits(_ lines: [String], off: [String: String]) -> String {
        let others = off.filter { name, _ in !lines.contains { $0.hasPrefix(name) } }.sorted { $0.key < $1.key }.map(\.value)
        return "limits:\n" + (lines + others).map { "  \($0)\n" }.joined()
    }

    private var global: String {
        """
        apiVersion: gatehouse/v1
        kind: Global
        revision: 1
        issuers:
          corp:
            iss: \(TrialTokens.iss)
            audience: [gatehouse]
            jwks_file: jwks.json
            algorithms: [ES256]
            typ: [at+jwt]
            require: [exp, iat, sub, jti]

        """ + limits(settings.globalLimits, off: ["ip:": "ip: { connects: off }"])
    }

    private func namespace(_ name: String) -> String {
        let id = name == "/" ? "root" : String(name.dropFirst())
        return """
            apiVersion: gatehouse/v1
            kind: NamespacePolicy
            namespace: \(name)
            revision: 1
            mode: enforce
            transports: [websocket, polling]
            origin: { \(settings.origins) }
            connect:
              allow:
                - { id: \(id).connect, when: { issuer: corp } }
            rooms:
              join:
                allow:
                  - { id: \(id).join, room: "**" }
            send:
              allow:
                - { id: \(id).send, event: "**" }
            receive:
              allow:
                - { id: \(id).receive, event: "**" }

            """
                + limits(
                    name == "/" ? settings.limits : [],
                    off: [
                        "connection:": "connection: { messages: off }", "user:": "user: { messages: off, connects: off }",
                        "ip:": "ip: { connects: off }",
                    ])
    }
}
