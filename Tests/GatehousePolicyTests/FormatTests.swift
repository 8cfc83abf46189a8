import Foundation
import GatehouseTestSupport
import Testing

@testable import GatehousePolicy

@Suite("policy fmt") struct FormatTests {
    private static let header = "apiVersion: gatehouse/v1\nkind: NamespacePolicy\nnamespace: /chat\nrevision: 1\n"

    private func format(_ text: String, name: String = "chat.yaml") throws -> String {
        let global = name == "_global.yaml" ? nil : PolicyFile(name: "_global.yaml", text: globalText)
        return String(decoding: try PolicyFormatter.format(PolicyFile(name: name, text: text), global: global).bytes, as: UTF8.self)
    }

    /// What follows the header, before and after.
    static let rows: [(String, String)] = [
        // Indentation, spaces and quotes.
        (
            "rooms:\n     join:\n          allow:\n          -   id:   a\n              room:   'a:*'\n",
            "rooms:\n  join:\n    allow:\n      - id: a\n        room: \"a:*\"\n"
        ),
        (
            "transports: [  websocket,polling , ]\norigin: {allow: [],allow_missing: true}",
            "transports: [websocket, polling]\norigin: { allow: [], allow_missing: true }\n"
        ),
        ("\"mode\":    'enforce'", "mode: \"enforce\"\n"),
        (
            "connect: { allow: [ { id: a, when: { claims: { '/a': { equals: 'it''s \"x\" \\' } } } } ] }",
            "connect: { allow: [{ id: a, when: { claims: { \"/a\": { equals: \"it's \\\"x\\\" \\\\\" } } } }] }\n"
        ),
        ("mode: enforce\r\ntoken: { max_session: 1h }\r\n", "mode: enforce\ntoken: { max_session: 1h }\n"),
        // Lists at the indentation of their key.
        ("transports:\n- websocket\n- polling\nmode: enforce", "transports:\n  - websocket\n  - polling\nmode: enforce\n"),
        // A value on a line of its own; brackets over several lines that fit on one.
        ("mode:\n  enforce\ntransports: [\n  websocket,\n  polling\n]\n", "mode: enforce\ntransports: [websocket, polling]\n"),
        // Empty lines: at most one, none at the beginning of a block or at the end.
        ("\n\n\nmode: enforce\n\n\ntoken:\n\n  max_session: 1h\n\n\n", "\nmode: enforce\n\ntoken:\n  max_session: 1h\n"),
        // Comments: above, behind, between, at the end of a block and of the file.
        (
            "# above\n\n# apart\nmode: enforce # behind\n#close\ntoken: # of the key\n    # first\n    max_session: 1h\n    # last of token\n\n# last",
            "# above\n\n# apart\nmode: enforce  # behind\n#close\ntoken:  # of the key\n  # first\n  max_session: 1h\n  # last of token\n\n# last\n"
        ),
        (
            "rooms:\n  join:\n    allow:\n      # one\n      - { id: a, room: a }   # a\n      # two\n      - id: b\n        # of b\n        room: b # b\n        # end of b\n      # end of list\n    # end of join\nmode: enforce",
            "rooms:\n  join:\n    allow:\n      # one\n      - { id: a, room: a }  # a\n      # two\n      - id: b\n        # of b\n        room: b  # b\n        # end of b\n      # end of list\n    # end of join\nmode: enforce\n"
        ),
        (
            "mode: # why\n  # because\n  enforce\ntoken: { max_session: 1h }",
            "# why\n# because\nmode: enforce\ntoken: { max_session: 1h }\n"
        ),
        ("transports:\n- websocket\n# about mode\nmode: enforce", "transports:\n  - websocket\n# about mode\nmode: enforce\n"),
        (
            "rooms:\n  join:\n    allow:\n      - # which\n        id: a\n        room: a\n",
            "rooms:\n  join:\n    allow:\n      # which\n      - id: a\n        room: a\n"
        ),
        // Comments in brackets break them.
        (
            "origin: { # where from\n  allow: [ \"https://a.example\", # ours\n    \"https://b.example\" ], # theirs\n  allow_missing: true\n  # no more\n} # done\nmode: enforce",
            "origin:  # where from\n  allow:\n    - \"https://a.example\"  # ours\n    - \"https://b.example\"  # theirs\n  allow_missing: true\n  # no more\n# done\nmode: enforce\n"
        ),
        // Comments behind neighbouring lines are under each other.
        (
            "mode: enforce # a\ntransports: [websocket]      # b\ntoken: { max_session: 1h }\nlimits: { payload: 1KiB } # c",
            "mode: enforce            # a\ntransports: [websocket]  # b\ntoken: { max_session: 1h }\nlimits: { payload: 1KiB }  # c\n"
        ),
        // What is too long for a line in brackets is written out, and no further than it must.
        (
            "send: { allow: [ { id: a, event: [\((0..<12).map { "event.number.\($0)" }.joined(separator: ", "))], when: { roles: { any_of: [user] } } } ] }",
            "send:\n  allow:\n    - id: a\n      event:\n\((0..<12).map { "        - event.number.\($0)\n" }.joined())      when: { roles: { any_of: [user] } }\n"
        ),
    ]

    @Test("the canonical layout, and again the same", arguments: rows.indices)
    func layout(index: Int) throws {
        let (text, expected) = Self.rows[index]
        let formatted = try format(Self.header + text)
        #expect(formatted == Self.header + expected)
        #expect(try format(formatted) == formatted)
    }

    @Test("a whole file in brackets, and one with a document's start")
    func roots() throws {
        let flow = "--- # x\n{ apiVersion: gatehouse/v1, kind: NamespacePolicy, namespace: /chat,\n  revision: 1 } # y\n# z\n"
        #expect(try format(flow) == "# x\n" + Self.header.dropLast() + "  # y\n# z\n")
    }

    @Test(
        "a file that does not load is refused with its mistakes",
        arguments: ["sned: {}", "mode: [", "connect: { allow: [ { id: a, when: { issuer: no-such } } ] }"])
    func refused(text: String) {
        #expect { try format(Self.header + text) } throws: { "\($0)".contains("chat.yaml:5:") || "\($0)".contains("chat.yaml:6:") }
    }

    @Test("tests and the global file have a layout too")
    func otherKinds() throws {
        let suite =
            "apiVersion: gatehouse/v1\nkind: PolicyTest\nsuite: a   # name\ntable: {roles: [user], events: {mod.x: [allow], 'a:b': [deny]}}"
        #expect(
            try format(suite, name: "tests/a.test.yaml")
                == "apiVersion: gatehouse/v1\nkind: PolicyTest\nsuite: a  # name\ntable: { roles: [user], events: { mod.x: [allow], \"a:b\": [deny] } }\n"
        )
        #expect(try format(globalText, name: "_global.yaml") == globalText + "\n")
    }

    @Test("policies written in any layout mean the same after it, keep every comment, and do not change again")
    func generated() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed of the layout test: \(seed)")
        var random = SeededRandom(seed: seed)
        var changed = 0
        for round in 0..<400 {
            let generated = GeneratedPolicy(rules: Int.random(in: 1...8, using: &random), using: &random)
            let files = generated.files
            var scribe = CarelessScribe(random: random)
            let text = scribe.write(files.chat)
            random = scribe.random
            let global = PolicyFile(name: "_global.yaml", text: files.global)
            let before = try PolicyBundle.load(files: [global, PolicyFile(name: "chat.yaml", text: text)])
            let formatted = try PolicyFormatter.format(PolicyFile(name: "chat.yaml", text: text), global: global)
            let after = try PolicyBundle.load(files: [global, formatted])
            let again = try PolicyFormatter.format(formatted, global: global)
            guard after.differences(from: before).isEmpty, after.rules.count == before.rules.count, again.bytes == formatted.bytes,
                comments(formatted) == comments(PolicyFile(name: "chat.yaml", text: text))
            else {
                Issue.record(
                    "seed \(seed), round \(round):\n\(text)\n---\n\(String(decoding: formatted.bytes, as: UTF8.self))\n---\n\(String(decoding: again.bytes, as: UTF8.self))"
                )
                return
            }
            if formatted.bytes != Array(text.utf8) { changed += 1 }
        }
        #expect(changed > 350)
    }

    private func comments(_ file: PolicyFile) -> [String] {
        YAMLReader.readWithComments(file.bytes, file: file.name, diagnostics: Diagnostics())?.comments.map(\.text) ?? []
    }
}
