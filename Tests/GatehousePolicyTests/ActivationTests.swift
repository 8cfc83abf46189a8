import Foundation
import GatehousePolicy
import Testing

@Suite("Making a bundle ready to be put in force (POL-40, POL-41)") struct ActivationTests {
    private static let chat = "connect: { allow: [ { id: c, when: { issuer: corp } } ] }\nsend: { allow: [ { id: m, event: message } ] }"
    private static let suite = """
        apiVersion: gatehouse/v1
        kind: PolicyTest
        suite: chat
        cases:
          - name: a user sends
            as: { iss: corp, sub: u1 }
            do: { send: message }
            expect: { effect: allow, rule: m }
        """
    private static let routes = RouteCatalogue(["/chat": [.init(event: "message", dto: nil, hasRoom: false)]])

    /// A directory of policies with a test, where `files` stand for or beside the usual ones.
    private func withDirectory(_ files: [String: String] = [:], _ body: (String) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("policies-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        for folder in [path, path + "/tests"] {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        }
        var all = ["_global.yaml": globalText, "chat.yaml": namespaceText(Self.chat), "tests/chat.test.yaml": Self.suite]
        all.merge(files) { _, new in new }
        for (name, text) in all {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/" + name))
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path + "/" + name)
        }
        try body(path)
    }

    private func prepare(
        _ directory: String, following current: PolicyBundle? = nil, catalogue: RouteCatalogue? = routes, force: Bool = false
    ) throws -> PolicyActivation {
        try PolicyActivation.prepare(
            directory: directory, generation: 2, following: current, catalogue: catalogue, force: force)
    }

    @Test("POL-40: what loads, fits the routes and passes its tests is ready, with its generation, revisions and digest")
    func ready() throws {
        try withDirectory { directory in
            let ready = try prepare(directory)
            #expect(ready.bundle.generation == 2 && ready.tests == 1 && ready.forced.isEmpty && ready.warnings.isEmpty)
            #expect(ready.bundle.files.map(\.name) == ["_global.yaml", "chat.yaml"] && ready.bundle.revision == 1)
            let loaded = try PolicyBundle.load(directory: directory)
            #expect(ready.bundle.sha256 == loaded.sha256)
        }
    }

    @Test("POL-40: warnings are told and keep nothing from being put in force")
    func warnings() throws {
        try withDirectory(["chat.yaml": namespaceText(Self.chat, mode: "report")]) { directory in
            let warnings = try prepare(directory).warnings
            #expect(warnings.contains { $0.message.contains("mode report") })
        }
    }

    @Test(
        "POL-41: what does not load, does not fit or fails its tests is refused with its place",
        arguments: [
            ("chat.yaml", namespaceText("sned: {}"), "chat.yaml:8:1: error: 'sned' is not a member"),
            ("chat.yaml", namespaceText(Self.chat + "\nreceive: {}\nrooms: { join: { allow: [ { id: m, room: a } ] } }"), "duplicate_id"),
            ("tests/chat.test.yaml", Self.suite + "\n    exepct: {}", "tests/chat.test.yaml:9:5: error: 'exepct'"),
            (
                "tests/chat.test.yaml", Self.suite.replacing("allow, rule: m", with: "deny"),
                "tests/chat.test.yaml:5:5: error: test 'chat: a user sends' fails: expected effect deny; got allow"
            ),
            (
                "chat.yaml",
                namespaceText(
                    "connect: { allow: [ { id: c, when: { issuer: corp } } ] }\nsend: { allow: [ { id: m, event: [message, ghost] } ] }"),
                "chat.yaml:9:18: error: 'm' speaks of the event 'ghost', which no gateway registers [check]"
            ),
            (
                "extra.yaml", namespaceText("", namespace: "/extra"),
                "no gateway of the program is mounted at /extra: mount one, or remove this file [check]"
            ),
        ])
    func refused(name: String, text: String, says: String) throws {
        try withDirectory([name: text]) { directory in
            #expect { try prepare(directory) } throws: { error in
                guard "\(error)".contains(says) else {
                    Issue.record("\(error)")
                    return false
                }
                return error is PolicyErrors
            }
        }
    }

    @Test("MOD-69: a rule for reports is only warned of where nobody takes them, so that the shipped policies serve any program")
    func reports() throws {
        let rules = "connect: { allow: [ { id: c, when: { issuer: corp } } ] }\nsend: { allow: [ { id: m, event: [message, report] } ] }"
        try withDirectory(["chat.yaml": namespaceText(rules)]) { directory in
            let warnings = try prepare(directory).warnings.map(\.message)
            #expect(warnings.contains("'m' speaks of the event 'report', which moderation takes: mount an AdminGateway"))
        }
    }

    @Test("POL-41: mistakes of policies and of their tests are told at once")
    func allAtOnce() throws {
        try withDirectory(["chat.yaml": namespaceText("x: 1"), "tests/chat.test.yaml": "apiVersion: 1"]) { directory in
            #expect { try prepare(directory) } throws: { error in
                Set((error as? PolicyErrors)?.errors.map(\.file) ?? []) == ["chat.yaml", "tests/chat.test.yaml"]
            }
        }
    }

    @Test("POL-41: a directory that is gone is refused, not taken for one without rules")
    func gone() {
        #expect { try prepare("/nonexistent/policies") } throws: { "\($0)".contains("cannot be read") }
    }

    @Test("POL-22: a changed file needs a higher revision than in the bundle in force, unless forced, which is told")
    func revisions() throws {
        try withDirectory { directory in
            let first = try prepare(directory).bundle
            // The same files once more are no change.
            #expect(try prepare(directory, following: first).forced.isEmpty)
            let path = directory + "/chat.yaml"
            func rewrite(revision: Int) throws {
                let text = namespaceText(Self.chat + "\nlimits: { payload: \(revision + 1)KiB }")
                try Data(text.replacing("revision: 1", with: "revision: \(revision)").utf8).write(to: URL(fileURLWithPath: path))
            }
            try rewrite(revision: 1)
            #expect { try prepare(directory, following: first) } throws: { error in
                (error as? PolicyErrors)?.errors.map(\.code) == [.revision] && "\(error)".contains("chat.yaml: error: the file changed")
            }
            #expect(try prepare(directory, following: first, force: true).forced.map(\.file) == ["chat.yaml"])
            try rewrite(revision: 5)
            let fifth = try prepare(directory, following: first)
            #expect(fifth.bundle.revision == 5 && fifth.forced.isEmpty)
            try rewrite(revision: 4)
            #expect(throws: PolicyErrors.self) { try prepare(directory, following: fifth.bundle) }
        }
    }

    @Test("POL-22: force lets a revision through and nothing else")
    func forceIsNarrow() throws {
        try withDirectory(["tests/chat.test.yaml": Self.suite.replacing("allow, rule: m", with: "deny")]) { directory in
            #expect { try prepare(directory, force: true) } throws: { "\($0)".contains("[test]") }
        }
    }

    @Test("the shipped development set is ready as it is")
    func shipped() throws {
        let ready = try PolicyActivation.prepare(
            directory: policiesDirectory, generation: 1, following: nil, catalogue: nil, checkModes: false)
        #expect(ready.tests > 20)
    }
}
