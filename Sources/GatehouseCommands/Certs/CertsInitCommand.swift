import ArgumentParser
import GatehouseTLS

/// `gatehouse certs init`
struct CertsInitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make what development needs: an authority, a server certificate, and a key for tokens.",
        discussion: """
            Files that exist are kept as they are. Keys get mode 0600. Everything is marked as development, and `serve --strict` refuses it.

            Example:
              \(Program.name) certs init --host chat.test --host 192.0.2.10

            Exit codes: 0 made or kept, 1 the certificate that is there is not for a --host, 2 the files cannot be made, or only some of a \
            set exist.
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
        try refuseOtherHosts(files)
        let made = try failing(.badFiles) { try files.makeCertificates(hosts: host, now: WallTime.seconds) + files.makeTokenKey() }
        for path in made { try Console.line("made \(TerminalText.safe(path))") }
        for path in files.all where !made.contains(path) { try Console.line("kept \(TerminalText.safe(path))") }
    }

    /// An existing certificate is kept, so it must cover the requested hosts.
    private func refuseOtherHosts(_ files: DevelopmentFiles) throws(CommandFailure) {
        guard !host.isEmpty, InputFile.exists(files.certificate) else { return }
        let missing = try failing(.badFiles) { try DevelopmentCertificates.hosts(host, notNamedBy: files.certificate) }
        guard !missing.isEmpty else { return }
        throw CommandFailure(
            .refused,
            "\(files.certificate) is there already and is not for \(missing.joined(separator: ", ")). Nothing was made: remove "
                + "\(files.certificates.joined(separator: ", ")) to make new ones, or choose another --dir")
    }
}
