import ArgumentParser

/// `gatehouse init`
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write a package with a gateway of your own: policies, tests and a web page belong to it.",
        discussion: """
            The package builds and runs as it is: a program with all commands of gatehouse and a chat to begin with. Its README tells how. \
            Without --path and --url it uses the checkout that this command was built in.

            Examples:
              \(Program.name) init market
              \(Program.name) init market --path ../gatehouse
              \(Program.name) init market --url https://git.example/gatehouse.git

            Exit codes: 0 written, 2 the folder is there already or cannot be written.
            """
    )

    @Argument(help: ArgumentHelp("The name of the package and of its program, and of the folder that is made.", valueName: "name"))
    var name: String

    @Option(help: ArgumentHelp("Use the Gatehouse of this folder.", valueName: "directory"))
    var path: String?

    @Option(help: ArgumentHelp("Use the Gatehouse of this Git repository, from version \(PackageVersion.text) on.", valueName: "url"))
    var url: String?

    func validate() throws {
        guard NewPackage.isName(name) else {
            throw ValidationError("a name has letters, digits and -, begins with a letter, and is neither gatehouse nor a module of it.")
        }
        guard path == nil || url == nil else { throw ValidationError("--path and --url are two places: give one of them.") }
    }

    func run() throws {
        let package = NewPackage(name: name, gatehouse: try place())
        guard !InputFile.exists(name) else {
            throw CommandFailure(.badFiles, "\(name) is there already: choose another name, or remove it")
        }
        try package.write(to: name)
        for file in package.files { try Console.line("made      \(name)/\(file.path)") }
        try Console.line("next      cd \(name) && swift run \(name) serve --config gateway.yaml")
        try Console.line("          what else there is to do stands in \(name)/README.md")
    }

    /// Where the package finds Gatehouse.
    private func place() throws(CommandFailure) -> NewPackage.Place {
        if let url { return .url(url) }
        if let path {
            guard let folder = Directory.resolved(path), InputFile.exists(folder + "/Sources/GatehouseCommands") else {
                throw CommandFailure(.badFiles, "\(path) is no folder with Gatehouse in it")
            }
            return .path(folder)
        }
        guard let folder = Checkout.ofExecutable else {
            throw CommandFailure(.usage, "say where Gatehouse is: --path of a checkout, or --url of its repository")
        }
        return .path(folder)
    }
}
