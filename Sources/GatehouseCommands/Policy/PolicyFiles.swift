import GatehousePolicy

/// The policies of a directory, for commands.
enum PolicyFiles {
    static let defaultDirectory = "policies"

    /// Loads a bundle; every mistake has its file, line and column.
    /// - Parameter checkModes: refuse files that somebody else could change.
    static func load(
        _ directory: String, status: ExitStatus = .badFiles, checkModes: Bool = true
    ) throws(CommandFailure) -> PolicyBundle {
        do {
            return try PolicyBundle.load(directory: directory, options: .init(checkModes: checkModes))
        } catch {
            throw CommandFailure(status, error.lines(in: directory).joined(separator: "\n"))
        }
    }

    static func line(of finding: PolicyFinding, in directory: String) -> String {
        finding.position.line(finding.description, in: directory)
    }
}
