/// REL-01: what must hold of any run, whatever faults there were. Pure: it reads logs, and knows no server.
///
/// A message that was accepted may be missing in these cases only, as the documentation has it:
/// - the receiver was not surely in the room from before it was sent until after a later message of the same connection, or the fence of its
///   node, reached it in the same session. So a session that ended and was not recovered is owed nothing of its last moments;
/// - the receiver's session was recovered, and its node could not tell Redis in which rooms it is, or staff had closed the room meanwhile;
/// - the receiver may not receive it, or its sender may have been shadow-muted;
/// - it was on its way from its node to Redis when that connection broke. Then no client of another node has got it; and no more messages are
///   missing than the node has counted. Clients that were at the sender's node all the time got it in any case.
///
/// Nothing here is a matter of how fast anything was.
struct ModelChecker {
    private struct Message {
        var room: String
        var isWhisper: Bool
        var node: Int
        var sent: UInt64
        /// `nil` while nobody has answered.
        var code: String?
        var isAccepted = false
        /// When the answer came; the end of time without one.
        var answered = UInt64.max
    }

    private struct Place: Hashable {
        var sender: MessageID.Sender
        var room: String
    }

    private let log: ModelLog
    private var violations: [ModelViolation] = []
    private var messages: [MessageID: Message] = [:]
    /// The accepted messages of each connection to each room, in their order.
    private var sequences: [Place: [MessageID]] = [:]
    /// Messages that have reached a client of another node than their sender's.
    private var published: Set<MessageID> = []
    /// Missing messages that were perhaps never published, by node.
    private var unpublished: [Int: Set<MessageID>] = [:]
    /// Messages that some session surely should have, and those that it has got. For figures.
    private(set) var owed = 0

    init(_ log: ModelLog) { self.log = log }

    /// - Parameter limit: no more violations than this are told of each rule.
    static func check(_ log: ModelLog, limit: Int = 5) -> (violations: [ModelViolation], owed: Int) {
        var checker = ModelChecker(log)
        checker.run()
        var told: [ModelViolation.Rule: Int] = [:]
        let some = checker.violations.filter { violation in
            told[violation.rule, default: 0] += 1
            return told[violation.rule, default: 0] <= limit
        }
        return (some, checker.owed)
    }

    private mutating func run() {
        for entries in log.clients { readSent(entries) }
        for entries in log.clients { readReceived(entries) }
        for (client, entries) in log.clients.enumerated() { checkReceived(client, entries) }
        for (client, entries) in log.clients.enumerated() { checkStaff(client, entries) }
        for (client, entries) in log.clients.enumerated() { checkOwed(client, entries) }
        for (node, lost) in unpublished.sorted(by: { $0.key < $1.key }) {
            let counted = log.nodes.indices.contains(node) ? log.nodes[node].mayBeLost : 0
            guard lost.count > counted else { continue }
            let some = lost.sorted { $0.description < $1.description }.prefix(3).map(\.description).joined(separator: ", ")
            violations.append(
                ModelViolation(rule: .uncounted, text: "node \(node) has counted \(counted), and \(lost.count) are missing: \(some), …"))
        }
        if let first = log.nodes.first, let other = log.nodes.first(where: { $0.state != first.state }) {
            violations.append(ModelViolation(rule: .diverged, text: "\(first.state) and \(other.state)"))
        }
    }

    private mutating func add(_ rule: ModelViolation.Rule, _ client: Int, _ entry: ClientEntry, _ text: String) {
        violations.append(ModelViolation(rule: rule, text: "client \(client) at \(entry.at / 1_000_000) ms: \(text)"))
    }

    // MARK: What was sent

    private mutating func readSent(_ entries: [ClientEntry]) {
        var node = 0
        for entry in entries {
            switch entry.what {
            case .connecting(let at, _): node = at
            case .sending(let id, let room, let isWhisper):
                messages[id] = Message(room: room, isWhisper: isWhisper, node: node, sent: entry.at)
            case .accepted(let id):
                messages[id]?.isAccepted = true
                messages[id]?.answered = entry.at
            case .refused(let id, let code):
                messages[id]?.code = code
                messages[id]?.answered = entry.at
            default: break
            }
        }
        for entry in entries {
            guard case .sending(let id, let room, _) = entry.what, messages[id]?.isAccepted == true else { continue }
            sequences[Place(sender: id.sender, room: room), default: []].append(id)
        }
    }

    private mutating func readReceived(_ entries: [ClientEntry]) {
        var node = 0
        for entry in entries {
            if case .connecting(let at, _) = entry.what { node = at }
            if case .received(let id, _, _) = entry.what, let message = messages[id], message.node != node { published.insert(id) }
        }
    }

    // MARK: What came

    private mutating func checkReceived(_ client: Int, _ entries: [ClientEntry]) {
        var got: Set<MessageID> = []
        var last: [Place: Int] = [:]
        var whereabouts = Whereabouts(log)
        // Where and when staff have ended its session.
        var out: (node: Int, at: UInt64)?
        for entry in entries {
            whereabouts.take(entry)
            switch entry.what {
            case .connected(_, let isRecovered):
                if isRecovered, let out, !log.mayBeUntold(out.node, from: out.at, to: entry.at) {
                    add(.recovered, client, entry, "its session goes on, though staff have ended it")
                }
                out = nil
                if !isRecovered { (got, last) = ([], [:]) }
            case .putOut: out = (whereabouts.node, entry.at)
            case .received(let id, let room, let isWhisper):
                if out != nil { add(.afterEnd, client, entry, "\(id) came after it had been put out") }
                if !got.insert(id).inserted { add(.doubled, client, entry, "\(id) came again") }
                let place = Place(sender: id.sender, room: room)
                if let before = last[place], before > id.number { add(.order, client, entry, "\(id) came after number \(before)") }
                last[place] = max(last[place] ?? 0, id.number)
                if !whereabouts.rooms.contains(room) { add(.notMember, client, entry, "\(id) came of \(room), which it is not in") }
                if isWhisper, !log.vips.contains(client) { add(.receiveRule, client, entry, "\(id) is a whisper") }
                checkSource(client, entry, id, room, isWhisper)
            default: break
            }
        }
    }

    private mutating func checkSource(_ client: Int, _ entry: ClientEntry, _ id: MessageID, _ room: String, _ isWhisper: Bool) {
        guard let message = messages[id] else { return add(.invented, client, entry, "\(id) was never sent") }
        if message.room != room || message.isWhisper != isWhisper { add(.invented, client, entry, "\(id) came as another one") }
        if let code = message.code { add(.invented, client, entry, "\(id) was refused (\(code)), and came") }
        let isHidden = log.staff.contains {
            $0.kind == .shadow && $0.client == id.client && $0.surelyHolds(on: message.node, at: message.sent)
                && $0.surelyHolds(on: message.node, at: message.answered)
        }
        if isHidden, client != id.client { add(.shadow, client, entry, "\(id) is of a shadow-muted client") }
    }

    // MARK: What staff did

    private mutating func checkStaff(_ client: Int, _ entries: [ClientEntry]) {
        var whereabouts = Whereabouts(log)
        var joining: [String: UInt64] = [:]
        var sent: [MessageID: (at: UInt64, room: String, isMember: Bool)] = [:]
        for entry in entries {
            whereabouts.take(entry)
            let node = whereabouts.node
            switch entry.what {
            case .connected:
                if log.holds(.ban, on: node, whereabouts.asked, entry.at, client: client) {
                    add(.banned, client, entry, "node \(node) let it in")
                }
            case .joining(let room): joining[room] = entry.at
            case .joined(let room):
                if let since = joining[room], log.holds(.lock, on: node, since, entry.at, room: room) {
                    add(.closedRoom, client, entry, "node \(node) let it into \(room)")
                }
            case .sending(let id, let room, _): sent[id] = (entry.at, room, whereabouts.rooms.contains(room))
            case .accepted(let id):
                guard let one = sent[id] else { break }
                if !one.isMember { add(.accepted, client, entry, "\(id), though it is not in \(one.room)") }
                if log.holds(.mute, on: node, one.at, entry.at, client: client) { add(.accepted, client, entry, "\(id) of a muted client") }
                if log.holds(.lock, on: node, one.at, entry.at, room: one.room)
                    || log.holds(.readOnly, on: node, one.at, entry.at, room: one.room)
                {
                    add(.accepted, client, entry, "\(id) to \(one.room), which is locked")
                }
            default: break
            }
        }
    }

    // MARK: What is missing

    /// The time in which a client is surely in a room.
    private struct Stay {
        var since: UInt64
        /// Where it joined.
        var node: Int
        /// The last number of each connection that has come.
        var last: [MessageID.Sender: Int] = [:]
        /// Nodes all of whose messages must have come.
        var fences: Set<Int> = []
        /// The last number of each connection that is judged.
        var judged: [MessageID.Sender: Int] = [:]
    }

    private mutating func checkOwed(_ client: Int, _ entries: [ClientEntry]) {
        var got: Set<MessageID> = []
        var stays: [String: Stay] = [:]
        // Since when it is at a node without a break.
        var (node, since) = (0, UInt64.max)
        var connecting: UInt64 = 0
        var ended: UInt64 = 0
        for entry in entries {
            switch entry.what {
            case .connecting(let at, _):
                // What is owed up to here is judged by where the client was.
                for (room, var stay) in stays {
                    judge(client, room, &stay, got, at: node, since)
                    (stay.last, stay.fences) = ([:], [])
                    stays[room] = stay
                }
                (node, since, connecting) = (at, .max, entry.at)
            case .connected(_, let isRecovered):
                since = entry.at
                if isRecovered {
                    // A room that is closed is lost on the way, and the client is not told.
                    stays = stays.filter { room, stay in
                        !mayBeLost(client, room, from: ended, to: entry.at) && !log.mayBeUntold(stay.node, from: stay.since, to: entry.at)
                    }
                    // What the session is now, the node that it has come to has told Redis.
                    for room in stays.keys { stays[room]?.node = node }
                } else {
                    (got, stays) = ([], [:])
                }
            case .ended, .putOut: ended = ended < connecting ? entry.at : ended
            case .joined(let room): if stays[room] == nil { stays[room] = Stay(since: entry.at, node: node) }
            case .leaving(let room):
                if var stay = stays.removeValue(forKey: room) { judge(client, room, &stay, got, at: node, since) }
            case .received(let id, let room, _):
                got.insert(id)
                let before = stays[room]?.last[id.sender] ?? 0
                stays[room]?.last[id.sender] = max(before, id.number)
            case .fence(let of): for room in stays.keys { stays[room]?.fences.insert(of) }
            default: break
            }
        }
        for (room, var stay) in stays { judge(client, room, &stay, got, at: node, since) }
    }

    /// Whether staff may have kept the client from coming back into a room.
    private func mayBeLost(_ client: Int, _ room: String, from start: UInt64, to end: UInt64) -> Bool {
        log.staff.contains {
            ($0.kind == .lock && $0.room == room || $0.kind == .ban && $0.client == client)
                && $0.mayHold(from: start, to: end, nodes: log.nodes.count)
        }
    }

    private mutating func judge(_ client: Int, _ room: String, _ stay: inout Stay, _ got: Set<MessageID>, at node: Int, _ since: UInt64) {
        for (place, ids) in sequences where place.room == room {
            let last = stay.last[place.sender]
            let isAll = ids.first.flatMap { messages[$0] }.map { stay.fences.contains($0.node) } ?? false
            guard last != nil || isAll else { continue }
            // Times grow with numbers, so the search begins where the stay does.
            var low = ids.startIndex
            var high = ids.endIndex
            while low < high {
                let middle = (low + high) / 2
                if (messages[ids[middle]]?.sent ?? 0) < stay.since { low = middle + 1 } else { high = middle }
            }
            for id in ids[low...] where id.number > stay.judged[place.sender] ?? 0 {
                guard isAll || id.number <= last ?? 0 else { break }
                stay.judged[place.sender] = id.number
                guard let message = messages[id] else { continue }
                if message.isWhisper, !log.vips.contains(client) { continue }
                owed += 1
                if got.contains(id) { continue }
                miss(client, id, message, wasHere: message.node == node && since < message.sent)
            }
        }
    }

    private mutating func miss(_ client: Int, _ id: MessageID, _ message: Message, wasHere: Bool) {
        let isHidden = log.staff.contains {
            $0.kind == .shadow && $0.client == id.client && $0.mayHold(from: message.sent, to: message.answered, nodes: log.nodes.count)
        }
        if isHidden { return }
        let text = "client \(client): \(id) to \(message.room), sent to node \(message.node) at \(message.sent / 1_000_000) ms"
        if wasHere {
            violations.append(ModelViolation(rule: .lost, text: text + ", where the client was too"))
        } else if published.contains(id) {
            violations.append(ModelViolation(rule: .lost, text: text + "; clients of other nodes have got it"))
        } else {
            unpublished[message.node, default: []].insert(id)
        }
    }
}
