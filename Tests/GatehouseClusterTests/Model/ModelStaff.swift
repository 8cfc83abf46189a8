#if Redis
    import GatehouseJSON
    import GatehouseTestSupport
    import GatehouseTesting
    import NIOConcurrencyHelpers
    import NIOCore

    @testable import Gatehouse

    /// Staff of the model: they act at any node, also at one that is cut off, take it back, and what holds on each node is written down.
    final class ModelStaff: Sendable {
        private let apps: [TestApplication]
        private let entries = NIOLockedValueBox<[StaffEntry]>([])

        init(_ apps: [TestApplication]) { self.apps = apps }

        var log: [StaffEntry] { entries.withLockedValue { $0 } }

        /// Whether every act, and its end, has reached every node. Before that each has been taken back.
        var isOver: Bool { apps.allSatisfy { Cluster.state($0).isEmpty } }

        static func name(_ client: Int) -> String { "u\(client)" }

        /// Makes the acts of a plan one after the other, and takes each back.
        func act(_ plan: [FaultPlan.Act]) async throws {
            var clients: [SocketIOClient] = []
            for app in apps { clients.append(try await Cluster.staff(app)) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for act in plan {
                    try await Task.sleep(for: .nanoseconds(act.pause.nanoseconds))
                    guard let index = begin(act) else { continue }
                    let client = clients[act.node]
                    group.addTask { [self] in
                        guard let id = try await carryOut(act, by: client) else {
                            return entries.withLockedValue { $0[index].undone = $0[index].asked }
                        }
                        guard act.kind != .kick else { return }
                        try await Task.sleep(for: .nanoseconds(act.lasts.nanoseconds))
                        entries.withLockedValue { $0[index].undone = ModelClient.now }
                        try await takeBack(act, id, by: client)
                    }
                }
                try await group.waitForAll()
            }
        }

        /// - Returns: `nil` while an act of its kind upon the same user or room is not over everywhere.
        private func begin(_ act: FaultPlan.Act) -> Int? {
            let isOfRoom = act.kind == .lock || act.kind == .readOnly
            let entry = StaffEntry(
                kind: act.kind, client: isOfRoom ? nil : act.target, room: isOfRoom ? ModelClient.rooms[act.target] : nil,
                node: act.node, asked: ModelClient.now)
            return entries.withLockedValue { entries in
                let isFree = entries.allSatisfy { other in
                    (other.client, other.room) != (entry.client, entry.room) || other.kind == .kick || other.gone.count == apps.count
                }
                guard isFree else { return nil }
                entries.append(entry)
                return entries.count - 1
            }
        }

        private func carryOut(_ act: FaultPlan.Act, by client: SocketIOClient) async throws -> String? {
            let id = Cluster.id()
            let user = Cluster.user(Self.name(act.target))
            let answer: JSONValue =
                switch act.kind {
                case .mute: try await Cluster.act(client, "user.mute", ["user": user, "duration_s": 3_000], id: id)
                case .shadow: try await Cluster.act(client, "user.mute", ["user": user, "duration_s": 3_000, "shadow": true], id: id)
                case .ban: try await Cluster.act(client, "ban.add", ["kind": "user", "user": user, "duration_s": 3_000], id: id)
                case .kick: try await Cluster.act(client, "session.kick", ["user": user], id: id)
                case .lock, .readOnly:
                    try await Cluster.act(
                        client, "room.lock",
                        [
                            "ns": "/hall", "room": .string(ModelClient.rooms[act.target]),
                            "mode": act.kind == .lock ? "closed" : "read_only",
                        ], id: id)
                }
            // A client that is not connected cannot be kicked.
            return answer["code"] == nil ? id : nil
        }

        private func takeBack(_ act: FaultPlan.Act, _ id: String, by client: SocketIOClient) async throws {
            let user = Cluster.user(Self.name(act.target))
            let answer: JSONValue =
                switch act.kind {
                case .mute, .shadow: try await Cluster.act(client, "user.unmute", ["user": user])
                case .ban: try await Cluster.act(client, "ban.remove", ["ban_id": .string(id)])
                case .kick: .null
                case .lock, .readOnly:
                    try await Cluster.act(client, "room.unlock", ["ns": "/hall", "room": .string(ModelClient.rooms[act.target])])
                }
            if let code = answer["code"]?.stringValue { throw Unexpected(description: "\(act.kind) was not taken back: \(code)") }
        }

        struct Unexpected: Error, CustomStringConvertible { let description: String }

        /// Looks at what holds on each node, until it is cancelled.
        func watch() async {
            while !Task.isCancelled {
                for (node, app) in apps.enumerated() {
                    let set = app.server.runtime.restrictions.current
                    entries.withLockedValue { entries in
                        for index in entries.indices where entries[index].gone[node] == nil && entries[index].kind != .kick {
                            let isThere = Self.holds(entries[index], in: set)
                            if entries[index].held[node] == nil {
                                if isThere { entries[index].held[node] = ModelClient.now }
                            } else if !isThere {
                                entries[index].gone[node] = ModelClient.now
                            }
                        }
                    }
                }
                try? await Task.sleep(for: .milliseconds(3))
            }
        }

        private static func holds(_ entry: StaffEntry, in set: RestrictionSet) -> Bool {
            switch entry.kind {
            case .mute, .shadow:
                set.mutes.contains { $0.isShadow == (entry.kind == .shadow) && $0.place.user.subject == entry.client.map(name) }
            case .ban:
                set.bans.contains { ban in
                    if case .user(let user) = ban.subject { user.subject == entry.client.map(name) } else { false }
                }
            case .lock: set.rooms.contains { $0.place.room == entry.room && $0.lock?.mode == .closed }
            case .readOnly: set.rooms.contains { $0.place.room == entry.room && $0.lock?.mode == .readOnly }
            case .kick: false
            }
        }
    }
#endif
