import ArgumentParser

/// `gatehouse certs`
struct CertsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "certs",
        abstract: "Make and look at certificates and keys.",
        subcommands: [CertsInitCommand.self, CertsCheckCommand.self]
    )
}
