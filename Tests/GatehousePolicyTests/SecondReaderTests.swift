import Foundation
import Testing
import Yams

@testable import GatehousePolicy

/// What our strict reader takes, Yams (libyaml) takes for the same tree: whoever reads a policy file with another tool reads what is enforced.
@Suite("A second reader of policy files")
struct SecondReaderTests {
    /// A tree with its scalars as text.
    indirect enum Tree: Equatable {
        case scalar(String)
        case list([Tree])
        case mapping([Entry])

        struct Entry: Equatable {
            let key: String
            let value: Tree
        }

        init(_ node: YAMLNode) {
            switch node.kind {
            case .scalar(let text, _): self = .scalar(text)
            case .sequence(let items): self = .list(items.map { Tree($0) })
            case .mapping(let entries): self = .mapping(entries.map { Entry(key: $0.key, value: Tree($0.value)) })
            }
        }

        init(_ node: Node) throws {
            switch node {
            case .scalar(let scalar): self = .scalar(scalar.string)
            case .sequence(let items): self = .list(try items.map { try Tree($0) })
            case .mapping(let pairs):
                self = .mapping(try pairs.map { Entry(key: try #require($0.key.scalar).string, value: try Tree($0.value)) })
            case .alias: throw CancellationError()
            }
        }
    }

    private func compare(_ text: String, _ name: String) throws {
        let diagnostics = Diagnostics()
        let own = try #require(YAMLReader.read(Array(text.utf8), file: name, diagnostics: diagnostics), "\(diagnostics.errors)")
        #expect(diagnostics.errors == [])
        let other = try #require(try Yams.compose(yaml: text))
        #expect(try Tree(own) == Tree(other))
    }

    @Test("POL-20: every shipped policy file and policy test", arguments: ["", "/examples/production"])
    func shipped(_ place: String) throws {
        let directory = policiesDirectory + place
        for folder in [directory, directory + "/tests"] {
            let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }
            #expect(names.count >= 2)
            for name in names { try compare(try String(contentsOfFile: folder + "/" + name, encoding: .utf8), name) }
        }
    }

    static let texts: [String] = [
        // Scalars that other readers take for something else stay text.
        "a: yes\nb: no\nc: on\nd: 'true'\ne: \"false\"", "a: 1\nb: 01\nc: 0x1F\nd: 1e3\ne: -1.50\nf: 1_000\ng: .5",
        "a: 12:30:45\nb: 2026-11-23",
        "a: 64KiB\nb: 5/s burst 20\nc: 250ms", "a: lobby:*\nb: user:{sub}\nc: a#b\nd: a:b:c", "a: 'it''s'\nb: ''\nc: \"\"\nd: ' a '",
        #"a: "slash\/slash"\#nb: "quote\" back\\slash""#, "a: plain with  two spaces   # and a comment",
        "a: value#no-comment\nb: value #comment", "a: \"# no comment\"\nb: '# none'", "'quoted key': 1\n\"other key\": 2\nplain key: 3",
        // Comments and empty lines anywhere.
        "# first\n\na: 1   # one\n\n# between\nb:\n  # before the list\n  - x # in it\n\n  # and after\n  - y\n# last",
        "a:\n    b:\n          c: deep\n    d: 1",
        // Lists at the indent of their key, and below it; mappings in lists; lists in lists.
        "a:\n- 1\n- 2\nb:\n  - 3", "a:\n  - id: x\n    when: { b: 1 }\n  - id: y\n    c:\n      - 1\n      - 2", "- - 1\n  - 2\n- - 3",
        "-   a: 1\n    b: 2",
        // Flow collections.
        "a: {}\nb: []", "a: [1, 'two', \"three\", four five]", "a: { b: { c: [ { d: e } ] }, f: g }", "a: [x, y,]\nb: { c: d, }",
        "a: [\n  x, # first\n  y\n]\nb: {\n  c: d,\n  e: [f,\n g]\n}", "a: [\"127.0.0.0/8\", \"::1/128\"]",
        "a: { \"/account/suspended\": { equals: true } }",
        "a: [https://app.example:8443, \"a,b\", 'c]d']", "a: { 'b': c, \"d\": e }", "a: [*]".replacingOccurrences(of: "*", with: "'*'"),
        // Text beyond ASCII.
        "a: grüße\nb: \"日本語\"\nc: 'ñ'\nschlüssel: wert", "a: \"\u{1F600}\"\nb: [é, ü]", "a: 1\r\nb:\r\n  - x\r\n  - y\r\n", "a: 1",
    ]

    @Test("POL-20: texts that are easy to read in two ways", arguments: texts)
    func tricky(_ text: String) throws { try compare(text, "tricky.yaml") }
}
