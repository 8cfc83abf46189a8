import ArgumentParser

/// `gatehouse certs init`
struct CertsInitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make what development needs: an authority, a server certificate, and a key for tokens.",
        discussion: """
            Files that exist are kept as they are. Keys get mode 0600. Everything is marked as development, and `serve --strict` refuses it.

            Example:
              gatehouse certs init --host chat.test --host 192.0.2.10

            Exit codes: 0 made or kept, 2 if the files cannot be made or only some of a set exist.
            """
    )

    @Option(help: ArgumentHelp("Where the files go.", valueName: "directory"))
    var dir = DevelopmentFiles.defaultDirectory

    @Option(
        help: ArgumentHelp(
            "A name or address that the server certificate is for; may be repeated. Default: localhost, 127.0.0.1 and ::1.",
            valueName: "name"))
    var host: [String] = []

    func run() throws {
        let files = DevelopmentFiles(directory: dir)
        let made = try failing(.badFiles) { try files.makeCertificates(hosts: host, now: WallTime.seconds) + files.makeTokenKey() }
        for path in made { try Console.line("made \(TerminalText.safe(path))") }
        for path in files.all where !made.contains(path) { try Console.line("kept \(TerminalText.safe(path))") }
        if !host.isEmpty, !made.contains(files.certificate) {
            Console.warn("the certificate was there already, so --host had no effect: remove the four certificate files to make new ones")
        }
    }
}
