import ArgumentParser

/// `gatehouse cluster`
struct ClusterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cluster", abstract: "Look at a cluster of several nodes.", subcommands: [ClusterStatusCommand.self])
}
