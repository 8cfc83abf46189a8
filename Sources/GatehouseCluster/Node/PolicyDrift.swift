#if Redis
    import NIOCore

    /// Notices that nodes have had different policies for longer than a reload everywhere takes (CLU-25). Pure.
    struct PolicyDrift {
        static let patience: TimeAmount = .seconds(60)

        private var since: NIODeadline?
        private var isTold = false

        /// Looks at the living nodes.
        /// - Returns: the names of the nodes by their policies, once for each time that they differ for too long.
        mutating func look(_ nodes: [ClusterNodeDescription], at now: NIODeadline) -> [(policies: String, nodes: [String])]? {
            let groups = Dictionary(grouping: nodes, by: \.policyHash)
            guard groups.count > 1 else {
                self = PolicyDrift()
                return nil
            }
            let since = since ?? now
            self.since = since
            guard !isTold, now - since >= Self.patience else { return nil }
            isTold = true
            return groups.map { ($0.key, $0.value.map(\.name).sorted()) }.sorted { $0.0 < $1.0 }
        }
    }
#endif
