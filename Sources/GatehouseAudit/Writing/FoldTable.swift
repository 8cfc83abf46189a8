/// The key of equal denials: the event, the actor (user, else address), the rule and the reason.
struct FoldKey: Hashable, Sendable {
    let event: AuditEvent
    let subject: String
    let rule: String

    init(_ record: AuditRecord) {
        event = record.event
        subject = record.actor?.foldSubject ?? ""
        // Both are the program's own words, so a peer cannot make many of them.
        rule = "\(record.decision?.rule ?? "")\u{1F}\(record.decision?.reason ?? "")"
    }

    /// The window for repeats of an event that find no window of their own.
    init(overflowOf event: AuditEvent) {
        self.event = event
        subject = "\u{1F}"
        rule = ""
    }
}

/// Folding of class C (specification: audit, section 3): the first of its kind is written at once, its repeats within the window become one
/// record with `count`, `first` and `last`. The same happens to records of class B beyond their actor's ``ActorBudget``. Memory is bounded
/// by the number of windows. Pure: time comes in as a number.
struct FoldTable: Sendable {
    enum Verdict: Equatable {
        /// Write it.
        case first
        /// It is counted; its decision goes by this id.
        case repeated(ULID?)
    }

    private struct Window {
        let expires: UInt64
        var template: AuditRecord?
        var count: UInt64 = 0
        var firstWall: Int64 = 0
        var lastWall: Int64 = 0
    }

    private let window: UInt64
    private let limit: Int
    private var windows: [FoldKey: Window] = [:]
    /// In order of expiry, as all windows are equally long. `head` avoids moving the rest for every one that leaves.
    private var order: [(expires: UInt64, key: FoldKey)] = []
    private var head = 0

    init(window: UInt64, limit: Int) {
        self.window = window
        self.limit = limit
    }

    var nextExpiry: UInt64? { head < order.count ? order[head].expires : nil }
    var count: Int { windows.count }

    mutating func admit(_ record: AuditRecord, wall: Int64, mono: UInt64) -> Verdict {
        let key = FoldKey(record)
        if let index = windows.index(forKey: key) { return count(record, at: index, isOverflow: false, wall: wall) }
        guard windows.count >= limit else { return open(key, mono) }
        let overflow = FoldKey(overflowOf: record.event)
        if let index = windows.index(forKey: overflow) { return count(record, at: index, isOverflow: true, wall: wall) }
        return open(overflow, mono)
    }

    private mutating func open(_ key: FoldKey, _ mono: UInt64) -> Verdict {
        windows[key] = Window(expires: mono &+ window)
        order.append((mono &+ window, key))
        return .first
    }

    /// In place: no copy of the window is made for a repeat, which is what a flood consists of.
    private mutating func count(
        _ record: AuditRecord, at index: Dictionary<FoldKey, Window>.Index, isOverflow: Bool, wall: Int64
    ) -> Verdict {
        windows.values[index].count &+= record.count
        windows.values[index].lastWall = wall
        if windows.values[index].template == nil {
            var template = record
            if isOverflow {
                template.actor = nil
                template.detail = ["overflow": true]
            }
            windows.values[index].template = template
            windows.values[index].firstWall = wall
        } else if record.event.durability == .grouped {
            // They may have different rooms: only their common part is recorded.
            let known = windows.values[index].template?.target
            if known != record.target { windows.values[index].template?.target = known?.common(with: record.target) }
        }
        return .repeated(windows.values[index].template?.decision?.id)
    }

    /// Takes out the windows that are over at `mono` (all of them with `.max`), at most `limit`, as records to be written.
    mutating func expire(at mono: UInt64, limit: Int = .max) -> [AuditRecord] {
        var records: [AuditRecord] = []
        while records.count < limit, head < order.count, order[head].expires <= mono {
            let key = order[head].key
            head += 1
            guard let window = windows.removeValue(forKey: key), var record = window.template else { continue }
            record.count = window.count
            record.detail.append("first", .string(Timestamp.text(window.firstWall)))
            record.detail.append("last", .string(Timestamp.text(window.lastWall)))
            records.append(record)
        }
        if head > 1_024, head * 2 > order.count {
            order.removeSubrange(..<head)
            head = 0
        }
        return records
    }
}
