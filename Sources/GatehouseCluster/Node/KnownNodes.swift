#if Redis
    import NIOCore

    /// The names of the other nodes: of those that live, and of those that were taken for dead a while ago. A node that hangs is dead for the
    /// registry after seconds, but Redis counts it as long as its connection stands, so it is asked and does not answer: by its name. Pure.
    struct KnownNodes: Equatable {
        struct Node: Equatable {
            let uid: String
            let name: String
        }

        private(set) var living: [Node]
        /// Those that have gone, and when.
        private var left: [(node: Node, time: NIODeadline)] = []
        private static let memory: TimeAmount = .minutes(10)
        private static let most = 64

        init(_ living: [Node] = []) { self.living = living }

        static func == (one: KnownNodes, other: KnownNodes) -> Bool { one.living == other.living && one.gone == other.gone }

        var gone: [Node] { left.map(\.node) }

        /// Takes who lives now. A node that has begun anew under its name is not gone.
        mutating func update(_ now: [Node], at time: NIODeadline) {
            left += living.filter { !now.contains($0) }.map { ($0, time) }
            let names = Set(now.map(\.name))
            left.removeAll { names.contains($0.node.name) || time - $0.time > Self.memory }
            left.removeFirst(max(0, left.count - Self.most))
            living = now
        }

        /// The names of nodes that have not answered; where it is not sure which ones they are, `unknown`.
        func silent(_ missing: Int, answered: Set<String>) -> [String] {
            func named(_ nodes: [Node]) -> [String] { nodes.filter { !answered.contains($0.uid) }.map(\.name) }
            var names = named(living)
            // Where answers bear no ids, nobody knows which nodes they are from.
            guard names.count <= missing else { return Array(repeating: "unknown", count: missing) }
            let others = named(gone)
            if others.count <= missing - names.count { names += others }
            return names + Array(repeating: "unknown", count: missing - names.count)
        }
    }
#endif
