/// A message, by who sent it: a client, which of its connections, and its number on that connection.
struct MessageID: Hashable, Sendable, CustomStringConvertible {
    var client: Int
    var connection: Int
    var number: Int

    /// As it stands in the message.
    var description: String { "\(client).\(connection).\(number)" }

    init(_ client: Int, _ connection: Int, _ number: Int) { (self.client, self.connection, self.number) = (client, connection, number) }

    init?(_ text: Substring) {
        let parts = text.split(separator: ".").compactMap { Int($0) }
        guard parts.count == 3 else { return nil }
        self.init(parts[0], parts[1], parts[2])
    }

    var sender: Sender { Sender(client: client, connection: connection) }

    /// One connection of a client: what is ordered.
    struct Sender: Hashable, Sendable {
        var client: Int
        var connection: Int
    }
}

/// What one client did and saw, in the order in which it did and saw it.
struct ClientEntry: Sendable {
    enum What: Sendable, Equatable {
        /// CONNECT is sent to a node.
        case connecting(node: Int, connection: Int)
        case connected(session: String, isRecovered: Bool)
        /// CONNECT is refused.
        case notConnected(code: String)
        /// The connection is over, from whichever side.
        case ended
        /// Staff have closed the session, and the client was told.
        case putOut(code: String)
        case joining(String)
        case joined(String)
        case notJoined(String)
        case leaving(String)
        case left(String)
        case sending(MessageID, room: String, isWhisper: Bool)
        case accepted(MessageID)
        case refused(MessageID, code: String)
        case received(MessageID, room: String, isWhisper: Bool)
        /// An event that a node has sent after its last message.
        case fence(node: Int)
    }

    /// Nanoseconds of one clock for everybody.
    var at: UInt64
    var what: What
}

/// An act of staff, with what was seen of it on each node.
struct StaffEntry: Sendable {
    enum Kind: String, Sendable, CaseIterable { case mute, shadow, ban, kick, lock, readOnly }

    var kind: Kind
    /// A client's index, or a room's name.
    var client: Int?
    var room: String?
    var node: Int
    /// When it was asked for.
    var asked: UInt64
    /// When it was first seen to hold, by node.
    var held: [Int: UInt64] = [:]
    /// When its end was asked for.
    var undone: UInt64?
    /// When it was first seen not to hold any more, by node.
    var gone: [Int: UInt64] = [:]

    /// Whether it held on a node at a time, and was known to.
    func surelyHolds(on node: Int, at time: UInt64) -> Bool {
        guard let since = held[node] else { return false }
        return since <= time && (undone.map { time < $0 } ?? true)
    }

    /// Whether it may have held on any node within a time.
    func mayHold(from start: UInt64, to end: UInt64, nodes: Int) -> Bool {
        let over = gone.count == nodes ? gone.values.max() ?? .max : .max
        return asked <= end && start < over
    }
}

/// What was counted on one node.
struct NodeEntry: Sendable {
    /// Messages that were on their way to Redis when the connection broke, and those that did not fit into the backlog.
    var mayBeLost = 0
    /// When it may not have told Redis what it did: from the beginning of a fault until Redis had taken everything.
    var away: [ClosedRange<UInt64>] = []
    /// The restrictions in force at the end.
    var state: [String] = []
}

/// All that is known of a run.
struct ModelLog: Sendable {
    var clients: [[ClientEntry]] = []
    /// The clients who may receive whispers.
    var vips: Set<Int> = []
    var staff: [StaffEntry] = []
    var nodes: [NodeEntry] = []

    /// Whether Redis may not have heard of something that was done on a node within a time.
    func mayBeUntold(_ node: Int, from start: UInt64, to end: UInt64) -> Bool {
        nodes.indices.contains(node) && nodes[node].away.contains { start <= end && $0.overlaps(start...end) }
    }
}
