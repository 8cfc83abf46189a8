import Testing

@Suite("The specification and the code") struct SpecificationTests {
    /// Where rules are proved: by tests, benchmarks, fuzzers and scripts.
    private static let proofs = ["Tests", ".ci", "Sources/GatehouseBench", "Sources/GatehouseFuzzing"]

    private struct Rule {
        let id: String
        let line: String
        let place: String
    }

    private static func rules() throws -> [Rule] {
        try Repository.files(below: Repository.specification).filter { $0.path.hasSuffix(".md") }.flatMap { file in
            file.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { number, line in
                RuleID.defined(by: line).map { Rule(id: $0, line: String(line), place: "\(file.path):\(number + 1)") }
            }
        }
    }

    private static func ids(in folders: [String]) throws -> Set<String> {
        let own = "Tests/GatehouseDocumentationTests/"
        return try Set(
            folders.flatMap { try Repository.files(below: $0) }
                .filter { !$0.path.hasPrefix(Repository.catalogue) && (!$0.path.hasPrefix(own) || $0.path.hasSuffix("Tests.swift")) }
                .flatMap { RuleID.all(in: $0.text) })
    }

    @Test("MDL-52: an id is defined once")
    func unique() throws {
        let places = try Dictionary(grouping: Self.rules(), by: \.id).filter { $0.value.count > 1 }
        for (id, rules) in places { Issue.record("\(id) is defined by \(rules.map(\.place).joined(separator: " and "))") }
    }

    @Test("MDL-52: every id that the repository cites is defined")
    func defined() throws {
        let rules = try Set(Self.rules().map(\.id))
        #expect(rules.count > 250)
        let articles = try Repository.files(below: Repository.catalogue).flatMap { RuleID.all(in: $0.text) }
        let cited = try Self.ids(in: ["Sources", "Tests", ".ci", "policies"]).union(articles)
        #expect(cited.subtracting(rules).sorted() == [])
    }

    @Test("MDL-52: every id that is defined is cited by a test, or says what is later")
    func cited() throws {
        let cited = try Self.ids(in: Self.proofs)
        for rule in try Self.rules() where !cited.contains(rule.id) && !rule.line.lowercased().contains("*later*") {
            Issue.record("\(rule.id) has no proof and is not marked *later*: \(rule.place)")
        }
    }

    @Test(
        "MDL-52: an id is found in names of tests, of files and of tables",
        arguments: [
            ("SEC-02, REL-04: it holds", ["SEC-02", "REL-04"]), ("AC-36-spellings.txt", ["AC-36"]), ("SEC-A", ["SEC-A"]), ("R13", ["R13"]),
            ("RS-256 SHA-256 HS-1 R2D2 CVE-2026-10 AUD-1 sec-02", []),
        ] as [(String, [String])])
    func ids(text: String, expected: [String]) { #expect(RuleID.all(in: text) == expected) }

    @Test(
        "MDL-52: a row or an item defines the id that it begins with, and no other",
        arguments: [
            ("| SEC-02 | as SEC-03 |", "SEC-02"), ("- POL-40: as POL-41", "POL-40"), ("| id | SEC-02 |", nil), ("SEC-02 holds", nil),
            ("- see POL-40: it", nil),
        ] as [(String, String?)])
    func definitions(line: String, expected: String?) { #expect(RuleID.defined(by: line[...]) == expected) }
}
