extension PolicyTestSuite {
    /// Reads `tests/*.test.yaml` of a policies directory; none if there is no such directory. Blocking.
    package static func load(directory: String, checkModes: Bool = true) throws(PolicyErrors) -> [PolicyTestSuite] {
        let diagnostics = Diagnostics()
        guard PolicyDirectory.exists(directory + "/tests") else { return [] }
        let files = PolicyDirectory.read(directory + "/tests", suffix: ".test.yaml", checkModes: checkModes, label: "tests/", diagnostics)
        let suites = files.compactMap { PolicyTestReader(diagnostics: diagnostics).read($0) }
        guard diagnostics.errors.isEmpty else { throw PolicyErrors(diagnostics.errors) }
        return suites
    }

    /// Reads suites from texts. Pure.
    package static func load(files: [PolicyFile]) throws(PolicyErrors) -> [PolicyTestSuite] {
        let diagnostics = Diagnostics()
        let suites = files.compactMap { PolicyTestReader(diagnostics: diagnostics).read($0) }
        guard diagnostics.errors.isEmpty else { throw PolicyErrors(diagnostics.errors) }
        return suites
    }
}
