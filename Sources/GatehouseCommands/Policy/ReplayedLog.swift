import GatehouseAudit
import GatehouseJSON
import GatehouseNetwork
import GatehousePolicy

/// The result of a replay of audit logs. Its memory does not grow with the logs.
struct ReplayedLog {
    /// Why some decisions are unknown.
    private struct Doubt: Hashable {
        let rule: String
        let unknown: [String]
    }

    private let replay: PolicyReplay
    private(set) var records = 0
    private(set) var same = 0
    private(set) var changed = 0
    private(set) var untold = 0
    private(set) var foreign = 0
    private(set) var broken = 0
    private var changes: [String] = []
    private var doubts: [Doubt: (count: Int, first: String)] = [:]

    /// Changed decisions that are listed one by one.
    private static let listed = 200

    init(_ replay: PolicyReplay) { self.replay = replay }

    /// Reads a directory of a log, or one file of records.
    mutating func read(_ path: String) throws(CommandFailure) {
        if Directory.exists(path) {
            var reader = AuditReader(directory: path)
            try read { () throws(AuditError) in try reader.next() }
        } else {
            var reader = try Self.reader(of: path)
            try read { () throws(AuditError) in try reader.next() }
        }
    }

    private static func reader(of file: String) throws(CommandFailure) -> AuditFileReader {
        do throws(AuditError) {
            return try AuditFileReader(file)
        } catch {
            throw CommandFailure(.badFiles, ErrorText.of(error))
        }
    }

    private mutating func read(_ next: () throws(AuditError) -> AuditEntry?) throws(CommandFailure) {
        while true {
            do throws(AuditError) {
                guard let entry = try next() else { return }
                add(entry)
            } catch {
                guard error.code == .broken else { throw CommandFailure(.badFiles, ErrorText.of(error)) }
                broken += 1
                Console.warn(ErrorText.of(error))
            }
        }
    }

    private mutating func add(_ entry: AuditEntry) {
        records += 1
        guard let value = try? JSONValue(parsing: String(decoding: entry.line, as: UTF8.self)), let record = RecordedDecision(value) else {
            return
        }
        let who = record.sub.map { (record.issuer ?? "") + "/" + $0 } ?? record.ip?.description ?? "somebody"
        let name = "record \(entry.seq), \(entry.timestamp): \(who) \(record.namespace) \(record.act)"
        switch replay.outcome(of: record) {
        case .same: same += 1
        case .foreign: foreign += 1
        case .changed(let isAllowed, let rule):
            changed += 1
            let before = (record.wasAllowed ? "allow" : "deny") + " (\(record.rule))", after = isAllowed ? "allow" : "deny"
            if changes.count < Self.listed { changes.append("\(name): \(before) -> \(after) (\(rule))") }
        case .untold(let rule, let unknown):
            untold += 1
            let doubt = Doubt(rule: rule, unknown: unknown)
            if let known = doubts[doubt] { doubts[doubt] = (known.count + 1, known.first) } else { doubts[doubt] = (1, name) }
        }
    }

    /// The report for people.
    var lines: [String] {
        var lines = changes
        if changed > changes.count { lines.append("and \(changed - changes.count) more would change") }
        for (doubt, found) in doubts.sorted(by: { ($0.key.rule, $0.key.unknown.joined()) < ($1.key.rule, $1.key.unknown.joined()) }) {
            let unknown = doubt.unknown.isEmpty ? "what the log does not hold" : doubt.unknown.joined(separator: ", ")
            lines.append("\(found.count) are unknown: '\(doubt.rule)' needs \(unknown), which the log does not have. First: \(found.first)")
        }
        if foreign > 0 { lines.append("\(foreign) were decided by rules that the older policies do not have, and were left out") }
        if broken > 0 { lines.append("\(broken) lines are no records: run `\(Program.name) audit verify`") }
        let decisions = same + changed + untold + foreign
        lines.append(
            "\(records) records, \(decisions) decisions of rules: \(changed) would change, \(same) would not, \(untold) are unknown")
        return lines
    }
}

extension RecordedDecision {
    /// The prefixes of events that record a decision by rules.
    private static func act(_ event: String, _ target: JSONValue?) -> Act? {
        let name = target?["event"]?.stringValue, room = target?["room"]?.stringValue
        switch event {
        case "ns.joined", "ns.denied", "auth.failed": return .connect
        case "room.joined", "room.denied": return room.map { .join(room: $0) }
        case "msg.accepted", "msg.denied", "msg.would_deny": return name.map { .send(event: $0, room: room) }
        default: return nil
        }
    }

    /// Nil for other records than decisions by rules, such as rates, bans and caps.
    init?(_ record: JSONValue) {
        guard let event = record["event"]?.stringValue, let act = Self.act(event, record["target"]),
            let namespace = record["target"]?["ns"]?.stringValue, let decision = record["decision"],
            let effect = decision["effect"]?.stringValue, let reason = decision["reason"]?.stringValue.flatMap(Decision.Reason.init)
        else { return nil }
        let actor = record["actor"]
        let isWatched = effect == "deny" && decision["mode"]?.stringValue == "report"
        self.init(
            namespace: namespace, act: act, issuer: actor?["iss"]?.stringValue, sub: actor?["sub"]?.stringValue,
            roles: Self.roles(actor?["roles"], event), ip: actor?["ip"]?.stringValue.flatMap { IPAddress($0) },
            origin: actor?["origin"]?.stringValue, transport: actor?["transport"]?.stringValue.flatMap(TransportName.init),
            wasAllowed: effect == "allow" || isWatched, isWatched: isWatched,
            rule: decision["rule"]?.stringValue ?? "builtin.default", reason: reason)
    }

    /// A record has at most 16 roles, each cut at 64 bytes, and none for clients that a namespace refused.
    private static func roles(_ value: JSONValue?, _ event: String) -> [String]? {
        guard case .array(let items)? = value else { return event == "ns.denied" ? nil : [] }
        let roles = items.compactMap(\.stringValue)
        return roles.count < 16 && roles.allSatisfy { $0.utf8.count < 60 } ? roles : nil
    }
}
