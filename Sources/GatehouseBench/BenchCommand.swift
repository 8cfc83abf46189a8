import ArgumentParser

/// `gatehouse-bench`: what a load generator is pointed at, and the floor it is compared with.
@main
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gatehouse-bench",
        abstract: "Servers for load tests: the real pipeline on a benchmark policy, and this machine's floor.",
        subcommands: [FloorCommand.self, ServerCommand.self, MicroCommand.self, RevokeCommand.self, StormCommand.self, TableCommand.self])
}
