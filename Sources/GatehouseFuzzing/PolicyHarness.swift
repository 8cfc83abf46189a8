import GatehouseJSON
import GatehousePolicy
import Yams

/// FZ-06: policy files, split by NUL: a namespace's; or the global one and a namespace's; or these and policy tests. A text is refused, or
/// means what a second YAML reader makes of it, and stays what it is when it is formatted; and no rule allows what no rule says.
package struct PolicyHarness: FuzzHarness {
    package static let name = "policy"

    package init() {}

    package mutating func run(_ input: [UInt8]) throws {
        let texts = input.split(separator: 0, maxSplits: 2, omittingEmptySubsequences: false).map { Array($0) }
        for text in texts { try checkTree(text) }
        let global = texts.count > 1 ? texts[0] : Array(Self.global.utf8)
        let chat = texts.count > 1 ? texts[1] : texts[0]
        let files = [PolicyFile(name: "_global.yaml", bytes: global), PolicyFile(name: "chat.yaml", bytes: chat)]
        let bundle = try load(files)
        if texts.count > 2, let suites = try? PolicyTestSuite.load(files: [PolicyFile(name: "tests/chat.test.yaml", bytes: texts[2])]),
            let bundle
        {
            _ = bundle.run(suites)
        }
        guard let bundle else { return }
        try PolicyOracle.check(bundle)
        try checkFormatted(files, bundle)
    }

    private static let global = """
        apiVersion: gatehouse/v1
        kind: Global
        revision: 1
        issuers:
          corp: { iss: "https://corp.example", audience: [gatehouse], jwks_file: certs/corp.jwks.json, algorithms: [ES256] }
        claims: { roles: /roles, scopes: /scope }
        """

    private func read(_ text: [UInt8]) -> YAMLTree? {
        let diagnostics = Diagnostics()
        guard let node = YAMLReader.read(text, file: "chat.yaml", diagnostics: diagnostics), diagnostics.errors.isEmpty else { return nil }
        return YAMLTree(node)
    }

    private func checkTree(_ text: [UInt8]) throws {
        guard let tree = read(text) else { return }
        guard let other = try? Yams.compose(yaml: String(decoding: text, as: UTF8.self)), let second = YAMLTree(other) else {
            throw BrokenOracle("a second reader refuses this YAML")
        }
        try require(tree == second, "a second reader reads other YAML")
        let written = Array(tree.written().utf8)
        // Escapes and indentation may make a line too long.
        guard written.count < 1_000 else { return }
        try require(read(written) == tree, "formatted, the YAML is other")
    }

    private func load(_ files: [PolicyFile]) throws -> PolicyBundle? {
        var bundles: [PolicyBundle] = []
        var texts: [String] = []
        for _ in 0..<2 {
            do throws(PolicyErrors) {
                bundles.append(try PolicyBundle.load(files: files))
                texts.append("")
            } catch {
                try require(!error.errors.isEmpty, "refused without a reason")
                texts.append(error.description)
            }
        }
        try require(texts[0] == texts[1], "a second look finds other mistakes")
        return bundles.first
    }

    private func checkFormatted(_ files: [PolicyFile], _ bundle: PolicyBundle) throws {
        let written = files.compactMap { file in
            read(file.bytes).map { PolicyFile(name: file.name, text: $0.written()) }
        }
        guard let other = try? PolicyBundle.load(files: written) else {
            try require(
                written.contains { $0.bytes.split(separator: 0x0A).contains { $0.count > 1_000 } }, "formatted, the policy is refused")
            return
        }
        try require(Self.rules(other) == Self.rules(bundle), "formatted, the policy has other rules")
        try require(
            other.namespaces.mapValues(\.settings) == bundle.namespaces.mapValues(\.settings), "formatted, a namespace has other settings")
    }

    private static func rules(_ bundle: PolicyBundle) -> [PolicyRule] {
        bundle.rules.map { rule in
            var rule = rule
            rule.position = SourcePosition(file: "", line: 0, column: 0)
            return rule
        }
    }
}
