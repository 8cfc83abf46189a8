/// A bundle that has passed all checks before it is put in force (POL-40): it loads, fits the routes of the program, passes its own tests,
/// and its revisions grow. The owner of the current bundle puts it in force by one assignment.
///
/// ```swift
/// do throws(PolicyErrors) {
///     let ready = try PolicyActivation.prepare(
///         directory: "policies", generation: current.generation + 1, following: current, catalogue: catalogue)
///     … swap the reference, audit `policy.activated` with ready.bundle.generation, .revision, .sha256 and ready.forced …
/// } catch {
///     … keep the old bundle, audit `policy.rejected` with error.errors (POL-41) …
/// }
/// ```
package struct PolicyActivation: Sendable {
    package let bundle: PolicyBundle
    /// Warnings of `policy check`, for the log; they refuse nothing.
    package let warnings: [PolicyFinding]
    /// How many cases of `tests/` were run; all of them passed.
    package let tests: Int
    /// Files whose revision did not grow and that `force` let through: for the audit record. Empty without force (POL-22).
    package let forced: [PolicyError]

    /// Reads a directory again, checks it and runs the tests in it. Blocking and slow (tens of milliseconds): not for an event loop.
    /// - Parameters:
    ///   - generation: the number of the new bundle; never used before.
    ///   - current: the bundle in force, whose revisions the new ones must exceed where a file changed; nil at the first start.
    ///   - catalogue: the registered routes; nil to leave them out.
    ///   - force: let revisions through that do not grow; everything else holds.
    /// - Throws: all mistakes at once, each with file, line and column.
    package static func prepare(
        directory: String, generation: UInt64, following current: PolicyBundle?, catalogue: RouteCatalogue?, force: Bool = false,
        checkModes: Bool = true
    ) throws(PolicyErrors) -> PolicyActivation {
        let options = PolicyLoadOptions(
            generation: generation, checkModes: checkModes,
            eventNames: catalogue?.namespaces.mapValues { $0.map(\.event) } ?? [:])
        var errors: [PolicyError] = []
        let bundle = collecting(&errors) { () throws(PolicyErrors) in try PolicyBundle.load(directory: directory, options: options) }
        let suites = collecting(&errors) { () throws(PolicyErrors) in
            try PolicyTestSuite.load(directory: directory, checkModes: checkModes)
        }
        guard let bundle, let suites else { throw PolicyErrors(errors) }
        return try judge(bundle, suites, following: current, catalogue: catalogue, force: force)
    }

    /// The part without files. Pure.
    package static func judge(
        _ bundle: PolicyBundle, _ suites: [PolicyTestSuite], following current: PolicyBundle?, catalogue: RouteCatalogue?,
        force: Bool = false
    ) throws(PolicyErrors) -> PolicyActivation {
        let findings = bundle.check(against: catalogue)
        let report = bundle.run(suites)
        let obstacles = current.map { bundle.obstacles(following: $0) } ?? []
        var errors = findings.filter { $0.severity == .error }.map { PolicyError(.check, at: $0.position, $0.message) }
        errors += report.failures.map { failure in
            let first = failure.failure.map { $0.prefix { $0 != "\n" } } ?? ""
            return PolicyError(.test, at: failure.position, "test '\(failure.suite): \(failure.name)' fails: \(first)")
        }
        if !force { errors += obstacles }
        guard errors.isEmpty else { throw PolicyErrors(errors) }
        return PolicyActivation(
            bundle: bundle, warnings: findings, tests: report.results.count, forced: force ? obstacles : [])
    }

    private static func collecting<Value>(
        _ errors: inout [PolicyError], _ body: () throws(PolicyErrors) -> Value
    ) -> Value? {
        do throws(PolicyErrors) {
            return try body()
        } catch {
            errors += error.errors
            return nil
        }
    }
}
