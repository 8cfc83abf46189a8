import GatehousePolicy

/// The policies of a directory, for commands.
enum PolicyFiles {
    static let defaultDirectory = "policies"

    /// Loads a bundle; every mistake is told with its file, line and column.
    static func load(_ directory: String, status: ExitStatus = .badFiles) throws(CommandFailure) -> PolicyBundle {
        do {
            return try PolicyBundle.load(directory: directory)
        } catch {
            throw CommandFailure(status, lines(of: error, in: directory).joined(separator: "\n"))
        }
    }

    static func lines(of errors: PolicyErrors, in directory: String) -> [String] {
        errors.errors.map { path($0.position, $0.description, directory) }
    }

    static func line(of finding: PolicyFinding, in directory: String) -> String { path(finding.position, finding.description, directory) }

    /// An error of a file names the file within its directory; an error of the directory names the directory.
    private static func path(_ position: SourcePosition, _ description: String, _ directory: String) -> String {
        position.file == directory || directory == "." ? description : directory + "/" + description
    }
}
