import GatehousePolicy

/// Policy files for one test: a global file, and a file for each namespace with the sections that the test is about.
struct TestPolicies: Sendable {
    /// By file name.
    private(set) var texts: [String: String] = [:]

    var files: [PolicyFile] { texts.sorted { $0.key < $1.key }.map { PolicyFile(name: $0.key, text: $0.value) } }

    init(global: String = "") {
        texts["_global.yaml"] =
            """
            apiVersion: gatehouse/v1
            kind: Global
            revision: 1
            issuers:
              corp:
                iss: \(TestTokens.iss)
                audience: [gatehouse]
                jwks_file: jwks.json
                algorithms: [ES256]
                typ: [at+jwt]
                require: [exp, iat, sub, jti]
                leeway: 0s
            claims:
              roles: /roles
              scopes: /scope

            """ + (global.isEmpty ? "limits:\n  connections: { node: 1000, per_ip: 500, unauthenticated: 500 }\n" : global)
    }

    /// Rates are the business of the tests that name some.
    private static let unlimited =
        "limits: { connection: { messages: off, connects: off }, user: { messages: off, connects: off }, ip: { connects: off } }"

    /// Every user may connect, join any room, send any event and get any; what is given takes the place of a section.
    func allowing(
        _ namespace: String = "/", mode: String = "enforce", connect: String? = nil, join: String? = nil, send: String? = nil,
        receive: String? = nil, more: String = ""
    ) -> TestPolicies {
        var copy = self
        let file = namespace == "/" ? "root" : namespace.dropFirst().replacing("/", with: ".").replacing("*", with: "+")
        let name = file.replacing("+", with: "any")
        let connect = connect ?? "{ id: \(name).connect, when: { issuer: corp } }"
        let join = join ?? "{ id: \(name).join, room: \"**\" }"
        let send = send ?? "{ id: \(name).send, event: \"**\" }"
        let receive = receive ?? "{ id: \(name).receive, event: \"**\" }"
        copy.texts[file + ".yaml"] =
            """
            apiVersion: gatehouse/v1
            kind: NamespacePolicy
            namespace: \(namespace)
            revision: 1
            mode: \(mode)
            transports: [websocket, polling]
            origin: { allow: ["https://app.example"], allow_missing: true }
            connect:
              allow:
                - \(connect)
            rooms:
              join:
                allow:
                  - \(join)
            send:
              allow:
                - \(send)
            receive:
              allow:
                - \(receive)
            \(more.contains("limits:") ? more : more + "\n" + Self.unlimited)

            """
        return copy
    }
}

extension TestPolicies {
    /// Adds `_moderation.yaml` with these escalation rules.
    func escalating(_ rules: String...) -> TestPolicies {
        var copy = self
        copy.texts["_moderation.yaml"] =
            "apiVersion: gatehouse/v1\nkind: Moderation\nrevision: 1\nescalation:\n" + rules.map { "  - \($0)\n" }.joined()
        return copy
    }

    /// Puts another text in the place of the global file.
    mutating func setGlobal(_ text: String) { texts["_global.yaml"] = text }

    /// Changes the text of one file.
    mutating func replace(_ text: String, with other: String, in name: String) {
        texts[name] = texts[name]?.replacing(text, with: other)
    }
}
