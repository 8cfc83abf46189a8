/// All mistakes in a set of policy files, in the order of file, line and column.
package struct PolicyErrors: Error, Sendable, CustomStringConvertible {
    package let errors: [PolicyError]

    package init(_ errors: [PolicyError]) {
        self.errors = errors.sorted { ($0.position, $0.message) < ($1.position, $1.message) }
    }

    /// A line for each, with the path of its file.
    package func lines(in directory: String) -> [String] { errors.map { $0.position.line($0.description, in: directory) } }

    package var description: String { errors.map(\.description).joined(separator: "\n") }
}
