import ArgumentParser
import GatehousePolicy

/// `gatehouse policy fmt`
struct PolicyFormatCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fmt",
        abstract: "Write policy files in their canonical layout.",
        discussion: """
            Comments, the order of members and what the files mean stay as they are. A file that does not load is refused and nothing is \
            written. Each file is replaced at once or not at all. A running server sees a changed file: raise its revision before a \
            reload.

            Examples:
              \(Program.name) policy fmt
              \(Program.name) policy fmt --check policies/chat.yaml policies/examples/production

            Exit codes: 0 all are in their canonical layout now, 1 with --check: some are not, 2 errors in files.
            """
    )

    @Argument(help: ArgumentHelp("Policy files, tests, or directories of policies.", valueName: "file"))
    var paths = [PolicyFiles.defaultDirectory]

    @Flag(help: "Write nothing; tell which files are not in their canonical layout.")
    var check = false

    func run() throws {
        var changes: [(path: String, text: String)] = []
        var mistakes: [String] = []
        for path in paths {
            for place in try LayoutTarget.all(at: path) {
                do throws(PolicyErrors) {
                    let formatted = try PolicyFormatter.format(place.file, global: place.global)
                    if formatted.bytes != place.file.bytes {
                        changes.append((place.path, String(decoding: formatted.bytes, as: UTF8.self)))
                    }
                } catch {
                    mistakes += error.lines(in: place.directory)
                }
            }
        }
        guard mistakes.isEmpty else { throw CommandFailure(.badFiles, mistakes.joined(separator: "\n")) }
        for change in changes {
            if !check { try AtomicFile.replace(change.path, with: change.text) }
            try Console.line(TerminalText.safe(change.path))
        }
        guard !check || changes.isEmpty else {
            throw CommandFailure(.refused, "\(changes.count) files are not in their canonical layout: run `\(Program.name) policy fmt`")
        }
    }
}

/// A file to format, with the global file that it depends on.
struct LayoutTarget {
    let path: String
    /// The directory of the policies that the file belongs to.
    let directory: String
    let file: PolicyFile
    let global: PolicyFile?

    /// The file at a path, or all files of the policies in a directory.
    static func all(at path: String) throws(CommandFailure) -> [LayoutTarget] {
        guard !Directory.exists(path) else {
            let files: [PolicyFile]
            do throws(PolicyErrors) {
                files = try PolicyFile.all(in: path)
            } catch {
                throw CommandFailure(.badFiles, error.lines(in: path).joined(separator: "\n"))
            }
            let global = files.first { $0.name == "_global.yaml" }
            return files.map { LayoutTarget(path: path + "/" + $0.name, directory: path, file: $0, global: global) }
        }
        guard InputFile.exists(path) else { throw CommandFailure(.badFiles, "\(path) cannot be read: there is no such file or directory") }
        guard path.hasSuffix(".yaml") else { throw CommandFailure(.badFiles, "\(path) is no policy file: those end in .yaml") }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let isTest = path.hasSuffix(".test.yaml")
        // The tests of policies are one directory below them.
        let depth = isTest && parts.dropLast().last == "tests" ? 2 : 1
        let folder = parts.dropLast(depth).joined(separator: "/")
        let directory = parts.count == depth ? "." : folder.isEmpty ? "/" : folder
        let file = PolicyFile(name: parts.suffix(depth).joined(separator: "/"), text: try InputFile.text(at: path))
        let global = directory + "/_global.yaml"
        let isAlone = isTest || file.name == "_global.yaml" || !InputFile.exists(global)
        return [
            LayoutTarget(
                path: path, directory: directory, file: file,
                global: isAlone ? nil : PolicyFile(name: "_global.yaml", text: try InputFile.text(at: global)))
        ]
    }
}
