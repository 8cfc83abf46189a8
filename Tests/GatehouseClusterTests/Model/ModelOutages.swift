#if Redis
    import GatehouseRedis
    import GatehouseTesting
    import NIOConcurrencyHelpers

    @testable import Gatehouse
    @testable import GatehouseCluster

    /// When each node may have been unable to tell Redis something: from the beginning of a fault until Redis had answered everything.
    final class ModelOutages: Sendable {
        private struct Outage {
            var begin: UInt64
            var end: UInt64?
        }

        private struct State {
            var outages: [[Outage]]
            var faults: Set<Int> = []
            /// How many faults have begun.
            var begun = 0
        }

        private let apps: [TestApplication]
        private let state: NIOLockedValueBox<State>

        init(_ apps: [TestApplication]) {
            self.apps = apps
            state = NIOLockedValueBox(State(outages: apps.map { _ in [] }))
        }

        /// A fault of a link to Redis begins; others are of no node.
        func begin(_ node: Int) {
            state.withLockedValue { state in
                guard state.outages.indices.contains(node) else { return }
                state.faults.insert(node)
                state.begun += 1
                guard state.outages[node].last.map({ $0.end != nil }) ?? true else { return }
                state.outages[node].append(Outage(begin: ModelClient.now))
            }
        }

        func end(_ node: Int) { state.withLockedValue { _ = $0.faults.remove(node) } }

        func log(_ node: Int) -> [ClosedRange<UInt64>] {
            state.withLockedValue { state in state.outages[node].map { $0.begin...max($0.begin, $0.end ?? .max) } }
        }

        /// Looks for their ends, until it is cancelled.
        func watch() async {
            while !Task.isCancelled {
                for (node, app) in apps.enumerated() where isOpen(node) {
                    let begun = state.withLockedValue { $0.begun }
                    guard await Self.hasTold(app) else { continue }
                    let now = ModelClient.now
                    state.withLockedValue { state in
                        // A fault may have begun while Redis was asked.
                        guard state.begun == begun, let last = state.outages[node].indices.last else { return }
                        state.outages[node][last].end = now
                    }
                }
                try? await Task.sleep(for: .milliseconds(10))
            }
        }

        private func isOpen(_ node: Int) -> Bool {
            state.withLockedValue { state in
                !state.faults.contains(node) && state.outages[node].last.map { $0.end == nil } == true
            }
        }

        /// Redis answers in order, so what was sent before is done.
        private static func hasTold(_ app: TestApplication) async -> Bool {
            guard Cluster.isCurrent(app), let node = app.server.runtime.cluster as? ClusterNode, await node.measure().backlog == 0 else {
                return false
            }
            return (try? await node.withCore { $0.commands.ask(RedisCommand("PING")) }) != nil
        }
    }
#endif
