/// Everything that is wrong with a set of policy files, in the order of file, line and column.
package struct PolicyErrors: Error, Sendable, CustomStringConvertible {
    package let errors: [PolicyError]

    package init(_ errors: [PolicyError]) {
        self.errors = errors.sorted { ($0.position, $0.message) < ($1.position, $1.message) }
    }

    package var description: String { errors.map(\.description).joined(separator: "\n") }
}
