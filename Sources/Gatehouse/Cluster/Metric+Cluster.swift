extension Metric {
    /// What a node of a cluster counts of the others; nothing for one node alone.
    static func ofCluster(_ status: ClusterStatus?) -> [Metric] {
        guard let status else { return [] }
        return [
            Metric(
                "gatehouse_cluster_connected", .gauge, "1 while all connections to the cluster's Redis are there.",
                .count(status.isConnected ? 1 : 0)),
            Metric("gatehouse_cluster_nodes", .gauge, "Gatehouse nodes that live, this one among them.", .count(status.nodes.count)),
            Metric("gatehouse_cluster_published_total", .counter, "Messages for other nodes.", .count(status.published)),
            Metric("gatehouse_cluster_received_total", .counter, "Messages of other nodes.", .count(status.received)),
            Metric(
                "gatehouse_cluster_refused_total", .counter, "Messages of other nodes that could not be taken.", by: "reason",
                status.refused.mapValues { UInt64(clamping: $0) }),
            Metric(
                "gatehouse_cluster_overload_total", .counter, "Requests of other nodes that were left, since too many were at work.",
                .count(status.overLimit)),
            Metric("gatehouse_cluster_backlog", .gauge, "Messages that wait for Redis.", .count(status.backlog)),
            Metric("gatehouse_cluster_backlog_bytes", .gauge, "Their bytes.", .count(status.backlogBytes)),
            Metric(
                "gatehouse_cluster_dropped_total", .counter, "Messages that found no room while Redis was away.", .count(status.dropped)),
            Metric(
                "gatehouse_cluster_unanswered_total", .counter,
                "Messages that Redis had not confirmed when its connection ended; they may be lost.", .count(status.unanswered)),
            Metric("gatehouse_cluster_errors_total", .counter, "Messages that Redis did not take.", .count(status.refusedByRedis)),
            Metric(
                "gatehouse_cluster_connections_total", .counter, "Connections for commands since the start.", .count(status.connections)),
        ]
    }
}
