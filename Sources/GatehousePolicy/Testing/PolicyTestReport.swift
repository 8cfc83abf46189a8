/// The results of the suites.
package struct PolicyTestReport: Sendable {
    package struct Result: Sendable {
        package let suite: String
        package let name: String
        package let position: SourcePosition
        /// The differences from the expectation, with the explanation; nil if there are none.
        package let failure: String?
    }

    package let results: [Result]
    /// Rules that determined the outcome of at least one case, of all rules (`--coverage`).
    package let covered: Set<String>
    package let uncovered: [PolicyRule]

    package var failures: [Result] { results.filter { $0.failure != nil } }
    package var passed: Bool { failures.isEmpty }

    /// The share of rules that decided at least once; 1 where there are none.
    package var coverage: Double {
        let all = covered.count + uncovered.count
        return all == 0 ? 1 : Double(covered.count) / Double(all)
    }
}
