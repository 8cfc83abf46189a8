/// The acts of staff in the logs of several nodes of a cluster: each that was shared is in the log of the node that made it, and in those of
/// the nodes that took it (CLU-26).
///
/// A node that is away, or was made later, has no counterpart: it is asked for only of logs that have records from before the act and from
/// well after it. Not for event loops: it reads files.
package struct CrossNodeActs {
    /// What is missing, in one line.
    package private(set) var findings: [String] = []
    /// The acts that were shared.
    package private(set) var acts = 0

    /// The most findings that are kept.
    private static let most = 100
    /// How long a node may take, in microseconds of the logs' clocks.
    private static let delay: Int64 = 60_000_000

    fileprivate struct Key: Hashable {
        let request, event, subject: String
    }

    fileprivate struct Log {
        let directory: String
        var node = ""
        var first = Int64.max
        var last = Int64.min
        /// The acts that were made here and shared, with their times.
        var made: [Key: Int64] = [:]
        /// The acts that were made here, shared or not.
        var results: Set<Key> = []
        /// The acts of other nodes, with the names of those.
        var applied: [Key: String] = [:]
    }

    /// - Throws: `audit_io` when a log cannot be read, `audit_broken` for a line that is not a record.
    package init(directories: [String], files: any AuditFileSystem = SystemFiles()) throws(AuditError) {
        var logs: [Log] = []
        for directory in directories { logs.append(try Self.read(directory, files)) }
        let twice = Dictionary(grouping: logs, by: \.node).filter { $0.value.count > 1 }.keys.sorted()
        for node in twice { add("two of the logs are of a node named \(node): give each node its own name") }
        for log in logs {
            acts += log.made.count
            for (key, node) in log.applied {
                guard let origin = logs.first(where: { $0.node == node }), !origin.results.contains(key) else { continue }
                add("\(log.directory): \(key.event) \(key.request) is said to come from node \(node), whose log has no such act")
            }
            for (key, time) in log.made {
                for other in logs where other.node != log.node && other.applied[key] == nil {
                    guard other.first < time, other.last > time + Self.delay else { continue }
                    add("\(other.directory): node \(other.node) has not taken \(key.event) \(key.request) of node \(log.node)")
                }
            }
        }
        findings.sort()
    }

    private mutating func add(_ finding: String) {
        if findings.count < Self.most { findings.append(finding) }
    }

    private static func read(_ directory: String, _ files: any AuditFileSystem) throws(AuditError) -> Log {
        var log = Log(directory: directory)
        var reader = AuditReader(directory: directory, files: files)
        while let entry = try reader.next() {
            if let node = entry.text("node") { log.node = node }
            if let time = Timestamp.microseconds(of: Array(entry.timestamp.utf8).span) {
                log.first = min(log.first, time)
                log.last = max(log.last, time)
                log.note(entry, time)
            }
        }
        return log
    }
}

extension CrossNodeActs.Log {
    fileprivate mutating func note(_ entry: AuditEntry, _ time: Int64) {
        guard entry.event.hasPrefix("admin."), let request = entry.text("req"), let stage = entry.text("detail/stage") else { return }
        let key = CrossNodeActs.Key(request: request, event: entry.event, subject: entry.text("actor/sub") ?? "")
        switch stage {
        // The intent is there although the process ended before the result.
        case "intent": results.insert(key)
        case "result" where entry.outcome == AuditOutcome.ok.rawValue:
            results.insert(key)
            if entry.text("detail/cluster") != nil { made[key] = time }
        case "applied": applied[key] = entry.text("detail/by_node") ?? ""
        default: break
        }
    }
}
