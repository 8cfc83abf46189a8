import ArgumentParser
import Gatehouse
import GatehouseJSON
import GatehouseSettings

#if Redis
    import GatehouseCluster
#endif

/// `gatehouse cluster status`
struct ClusterStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show the nodes of a cluster that live.",
        discussion: """
            It asks the cluster's Redis, not a node: each Gatehouse node writes there every 5 s that it lives, and is gone 15 s after its \
            last word. Servers that are no Gatehouse are not shown. A node whose policies differ from those of the first is marked.

            The settings are those of `\(Program.name) serve`: flags, else the environment, else a file.

            Examples:
              \(Program.name) cluster status --cluster redis://127.0.0.1:6379
              \(Program.name) cluster status --config /etc/gatehouse/gateway.yaml --json

            Exit codes: 0 shown, 1 Redis is not reached, or nodes have different policies, 64 no cluster is named, 78 settings are wrong.
            """
    )

    @Option(help: ArgumentHelp("A file of settings. Flags and the environment go before it.", valueName: "file"))
    var config: String?

    @Flag(help: "One JSON object.")
    var json = false

    @OptionGroup(title: "Cluster") var cluster: ClusterOptions

    func run() async throws {
        let gathered: GatheredSettings
        do {
            gathered = try await GatheredSettings(flags: cluster.given, file: config, environment: SettingsEnvironment.all)
        } catch {
            throw CommandFailure(GatheredSettings.isUsage(error) ? .usage : .cannotStart, error.description)
        }
        guard let settings = gathered.settings.configuration.cluster else {
            throw CommandFailure(.usage, "no cluster is named: give --cluster, GATEHOUSE_CLUSTER or a file with cluster")
        }
        #if Redis
            let nodes: [ClusterNodeDescription]
            do {
                nodes = try await ClusterReport.nodes(settings)
            } catch let error as StartError {
                throw CommandFailure(.cannotStart, ErrorText.of(error))
            } catch {
                throw CommandFailure(.refused, ErrorText.of(error))
            }
            try show(nodes)
        #else
            throw CommandFailure(
                .cannotStart, "\(settings.url) cannot be asked: the package trait Redis was left out of this build of \(Program.name)")
        #endif
    }

    #if Redis
        private func show(_ nodes: [ClusterNodeDescription]) throws {
            let differ = nodes.contains { $0.policyHash != nodes.first?.policyHash }
            if json {
                let list = nodes.map { node in
                    var object = node.json
                    object["uid"] = .string(node.uid)
                    return JSONValue.object(object)
                }
                try Console.line(JSONValue.object(["nodes": .array(list), "policies_differ": .bool(differ)]).serialized)
            } else {
                var table = TextTable("NODE", "ID", "ADAPTER", "SINCE", "USERS", "POLICIES")
                for node in nodes {
                    let mark = node.policyHash == nodes.first?.policyHash ? "" : " (differ)"
                    table.add(
                        node.name, node.uid, node.adapter, WallTime.text(seconds: node.started), String(node.clients),
                        "generation \(node.policyGeneration), sha256 \(node.policyHash.prefix(12))\(mark)")
                }
                if table.isEmpty { try Console.line("no Gatehouse node lives there") } else { try table.print() }
            }
            if differ { throw CommandFailure(.refused, "the nodes have different policies: reload them everywhere") }
        }
    #endif
}
