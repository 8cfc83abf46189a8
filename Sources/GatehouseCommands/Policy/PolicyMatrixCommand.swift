import ArgumentParser
import GatehousePolicy

/// `gatehouse policy matrix`
struct PolicyMatrixCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "matrix",
        abstract: "Print role by event: which role may ever send which event.",
        discussion: """
            The output is the `table` member of a policy test file.

            Example:
              \(Program.name) policy matrix --ns /admin

            Exit codes: 0 printed, 1 there is no policy for the namespace, 2 errors in files.
            """
    )

    @OptionGroup var files: PolicyDirectoryArgument

    @Option(name: .customLong("ns"), help: ArgumentHelp("The namespace. Default: all.", valueName: "namespace"))
    var namespace: String?

    func run() throws {
        let bundle = try PolicyFiles.load(files.directory)
        for name in namespace.map({ [$0] }) ?? bundle.namespaces.keys.sorted() {
            guard let matrix = bundle.matrix(namespace: name) else {
                throw CommandFailure(.refused, "no policy is for \(name), so everything in it is denied")
            }
            try Console.line("# \(TerminalText.safe(name))")
            try Console.line(TerminalText.safe(matrix.yaml.trimmed, keepingLines: true))
        }
    }
}
