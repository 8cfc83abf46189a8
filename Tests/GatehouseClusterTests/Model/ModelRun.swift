#if Redis
    import Foundation
    import GatehouseCluster
    import GatehouseModeration
    import GatehouseRedis
    import GatehouseTestSupport
    import GatehouseTesting
    import NIOConcurrencyHelpers
    import NIOCore
    import NIOPosix
    import Testing

    @testable import Gatehouse

    /// One run of the model: three nodes over a real Redis, with a proxy before each node and one between it and Redis.
    struct ModelRun: Sendable {
        struct Result: Sendable {
            var violations: [ModelViolation] = []
            var sent = 0
            var accepted = 0
            var received = 0
            var owed = 0
            var connections = 0
            var recovered = 0
            var acts = 0
            var faults = 0
            var mayBeLost = 0
            var refusals: [String: Int] = [:]
        }

        private static let nodes = 3
        private static let users = 12
        /// How long what goes on of itself may take in the end: longer than any load needs.
        private static let calm: TimeAmount = .seconds(Int64(90 * Sanitizer.slowness))

        let seed: UInt64
        let milliseconds: Int
        private let plan: FaultPlan
        private let group = MultiThreadedEventLoopGroup.singleton

        init(seed: UInt64, milliseconds: Int) {
            self.seed = seed
            self.milliseconds = milliseconds
            plan = FaultPlan(seed: seed, milliseconds: milliseconds, users: Self.users, rooms: ModelClient.rooms.count)
        }

        func result() async throws -> Result {
            let redis = try await RedisServer()
            let loop = group.next()
            var proxies: [FaultProxy] = []
            for _ in 0..<Self.nodes { proxies.append(try await FaultProxy.start(to: redis.port, on: loop)) }
            let links = proxies
            let log = try await node(0, links[0].port) { zero in
                try await node(1, links[1].port) { one in
                    try await node(2, links[2].port) { two in try await run([zero, one, two], links) }
                }
            }
            for proxy in proxies { try await proxy.stop() }
            withExtendedLifetime(redis) {}
            return summary(log)
        }

        private func node<Value>(_ index: Int, _ port: Int, _ body: (TestApplication) async throws -> Value) async throws -> Value {
            try await TestApplication.run(
                { configuration in
                    var configuration = configuration
                    configuration.node = "n\(index)"
                    configuration.limits.pingInterval = .seconds(2)
                    configuration.limits.pingTimeout = .seconds(3)
                    var options = ClusterNode.Options(try RedisAddress(parsing: "redis://127.0.0.1:\(port)"))
                    options.isRequired = true
                    options.startTimeout = .seconds(60)
                    return Application(configuration).mount(ModelGateway()).mount(AdminGateway(store: .inMemory()))
                        .clustered(ClusterNode(options))
                }, policies: .files(["hall.yaml": ModelGateway.policy, "admin.yaml": ModelGateway.staffPolicy]), body)
        }

        private func run(_ apps: [TestApplication], _ links: [FaultProxy]) async throws -> ModelLog {
            try await eventually("three nodes", within: Self.calm) { apps.allSatisfy(Cluster.isCurrent) }
            let clocks = apps.map { app in Task { await Self.tick(app) } }
            let staff = ModelStaff(apps)
            let watching = Task { await staff.watch() }
            defer {
                watching.cancel()
                for clock in clocks { clock.cancel() }
            }
            let loop = group.next()
            var doors: [FaultProxy] = []
            for app in apps {
                let port = app.server.url.split(separator: ":").last.flatMap { Int($0) } ?? 0
                doors.append(try await FaultProxy.start(to: port, on: loop))
            }
            let entrances = doors
            let phase = NIOLockedValueBox(ModelClient.Phase.busy)
            let clients = (0..<Self.users).map { index in
                ModelClient(
                    index,
                    zip(apps, entrances).map { app, door in
                        ModelClient.Door(url: "http://127.0.0.1:\(door.port)") {
                            try app.token(ModelStaff.name(index), roles: index % 3 == 0 ? ["vip"] : [])
                        }
                    }, phase, seed: seed &* 1_000 &+ UInt64(index))
            }
            let living = Task {
                await withTaskGroup(of: Void.self) { group in
                    for client in clients { group.addTask { await client.run() } }
                }
            }
            let outages = ModelOutages(apps)
            let looking = Task { await outages.watch() }
            defer { looking.cancel() }
            let result = await Task {
                try await disturb(outages, links, entrances, staff)
                try await settle(apps, clients, staff, phase)
            }.result
            phase.withLockedValue { $0 = .over }
            await living.value
            for door in entrances { try await door.stop() }
            var log = ModelLog()
            log.clients = clients.map(\.log)
            log.vips = Set((0..<Self.users).filter { $0 % 3 == 0 })
            log.staff = staff.log
            for (node, app) in apps.enumerated() {
                let status = await app.server.runtime.cluster?.measure()
                log.nodes.append(
                    NodeEntry(
                        mayBeLost: (status?.unanswered ?? 0) + (status?.dropped ?? 0), away: outages.log(node), state: Cluster.state(app)))
            }
            // What was wrong before the end says more than that the end did not come.
            if case .failure(let error) = result {
                let found = ModelChecker.check(log).violations
                guard found.isEmpty else {
                    Issue.record("the end did not come: \(error)")
                    return log
                }
                throw error
            }
            return log
        }

        /// The nodes' clocks go on as the system's does.
        private static func tick(_ app: TestApplication) async {
            var last = ContinuousClock.now
            while !Task.isCancelled {
                try? await Task.sleep(for: .milliseconds(20))
                let now = ContinuousClock.now
                try? await app.advance(by: now - last)
                last = now
            }
        }

        /// Faults and acts of staff, by the plan.
        private func disturb(
            _ outages: ModelOutages, _ links: [FaultProxy], _ doors: [FaultProxy], _ staff: ModelStaff
        ) async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (index, (proxy, steps)) in zip(links + doors, plan.redis + plan.clients).enumerated() {
                    group.addTask {
                        for step in steps {
                            try await Task.sleep(for: .nanoseconds(step.pause.nanoseconds))
                            outages.begin(index)
                            try await proxy.apply(step.fault)
                            try await Task.sleep(for: .nanoseconds(step.lasts.nanoseconds))
                            try await proxy.apply(nil)
                            outages.end(index)
                        }
                    }
                }
                group.addTask { try await staff.act(plan.staff) }
                group.addTask { try await Task.sleep(for: .milliseconds(milliseconds)) }
                try await group.waitForAll()
            }
        }

        /// Without faults, everything comes to its end: nothing waits, all acts are over everywhere, and all clients have what is for them.
        private func settle(
            _ apps: [TestApplication], _ clients: [ModelClient], _ staff: ModelStaff, _ phase: NIOLockedValueBox<ModelClient.Phase>
        ) async throws {
            phase.withLockedValue { $0 = .settling }
            try await eventually("all clients are quiet", within: Self.calm) {
                try await Task.sleep(for: .milliseconds(20))
                return clients.allSatisfy(\.isQuiet)
            }
            try await eventually("the nodes are there again", within: Self.calm) {
                for app in apps {
                    guard Cluster.isCurrent(app), await app.server.runtime.cluster?.measure().backlog == 0 else { return false }
                    try await Task.sleep(for: .milliseconds(20))
                }
                return true
            }
            try await eventually("all acts are over", within: Self.calm) {
                try await Task.sleep(for: .milliseconds(20))
                return staff.isOver
            }
            try await eventually("all clients have everything", within: Self.calm) {
                // A message that was sent before this is before it on its way, too.
                for (node, app) in apps.enumerated() { try app.server.handle.of("/hall").emit("fence", node) }
                for _ in 0..<50 where !clients.allSatisfy(\.isSettled) { try await Task.sleep(for: .milliseconds(20)) }
                return clients.allSatisfy(\.isSettled)
            }
        }

        /// What was wrong can be read afterwards.
        private func keep(_ log: ModelLog) {
            var lines: [(at: UInt64, text: String)] = []
            for (client, entries) in log.clients.enumerated() { lines += entries.map { ($0.at, "client \(client) \($0.what)") } }
            lines += log.staff.map { ($0.asked, "staff \($0)") }
            for (node, entry) in log.nodes.enumerated() { lines += entry.away.map { ($0.lowerBound, "node \(node) away \($0)") } }
            let text = lines.sorted { $0.at < $1.at }.map { "\($0.at / 1_000) \($0.text)\n" }.joined()
            let file = FileManager.default.temporaryDirectory.appendingPathComponent("gatehouse-model-\(seed).log")
            guard (try? Data(text.utf8).write(to: file)) != nil else { return }
            print("model: the log of seed \(seed) is \(file.path)")
        }

        private func summary(_ log: ModelLog) -> Result {
            var result = Result()
            (result.violations, result.owed) = ModelChecker.check(log)
            if !result.violations.isEmpty { keep(log) }
            for entry in log.clients.joined() {
                switch entry.what {
                case .sending: result.sent += 1
                case .accepted: result.accepted += 1
                case .refused(_, let code), .notConnected(let code): result.refusals[code, default: 0] += 1
                case .received: result.received += 1
                case .connected(_, let isRecovered):
                    result.connections += 1
                    result.recovered += isRecovered ? 1 : 0
                default: break
                }
            }
            result.acts = log.staff.count
            result.faults = (plan.redis + plan.clients).reduce(0) { $0 + $1.count }
            result.mayBeLost = log.nodes.reduce(0) { $0 + $1.mayBeLost }
            return result
        }
    }
#endif
