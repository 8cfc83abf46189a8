/// A log that all nodes of a cluster share: its entries have one order for all, and are kept for nodes that are away (CLU-22). Any thread.
///
/// Each operation throws where the keeper of the log cannot be reached; nothing is repeated here.
package protocol SharedLog: Sendable {
    /// When old entries make way for a snapshot.
    var retention: SharedLogRetention { get }
    /// The name of the log. It gets another one when its keeper has lost it: positions in the lost log mean nothing then.
    func name() async throws -> String
    /// Adds an entry. A failure may come after the entry was added: readers know a repeat by its origin and number.
    func append(_ entry: SharedEntry) async throws
    /// The entries behind a position, in their order.
    /// - Parameters:
    ///   - position: of the last entry that was read; `nil` for the beginning.
    ///   - wait: how long to wait for an entry where there is none.
    func entries(after position: String?, limit: Int, waitingFor wait: Duration) async throws -> [SharedLogLine]
    /// The latest snapshot; `nil` if there is none, for then the log is whole.
    func snapshot() async throws -> SharedSnapshot?
    /// What became of the entries behind a position.
    func standing(of position: String) async throws -> SharedLogStanding
    /// Whether the log is long enough for a snapshot.
    func needsSnapshot() async throws -> Bool
    /// Keeps a snapshot in the place of the earlier one, and removes the entries before it that are old enough.
    /// - Returns: false if another node does this now.
    func keep(_ snapshot: SharedSnapshot) async throws -> Bool
}

/// What became of the entries behind a position.
package enum SharedLogStanding: Sendable {
    /// All are there.
    case whole
    /// Some were removed: the snapshot has what they led to.
    case gap
    /// The log ends before the position: its keeper has lost the end.
    case lost
}

/// How long a shared log gets.
package struct SharedLogRetention: Sendable {
    /// With more entries than this, a node makes a snapshot.
    package var entries = 10_000
    /// Entries that are younger stay, snapshot or not.
    package var age: Duration = .seconds(7 * 86_400)

    package init() {}
}

/// One entry, as its author writes it.
package struct SharedEntry: Sendable, Equatable {
    /// The store that it comes from; a restart of its node does not change it.
    package var origin: String
    /// Counts the entries of one origin.
    package var number: Int64
    /// The name of its node.
    package var node: String
    /// JSON.
    package var text: String

    package init(origin: String, number: Int64, node: String, text: String) {
        self.origin = origin
        self.number = number
        self.node = node
        self.text = text
    }
}

/// One entry, as a reader finds it.
package struct SharedLogLine: Sendable, Equatable {
    package var position: String
    /// `nil` for what no node has written, by ``fault``.
    package var entry: SharedEntry?
    package var fault: String?

    package init(position: String, entry: SharedEntry?, fault: String? = nil) {
        self.position = position
        self.entry = entry
        self.fault = fault
    }
}

/// What all entries up to a position have led to.
package struct SharedSnapshot: Sendable, Equatable {
    package var position: String
    /// JSON, each part readable by itself.
    package var parts: [String]

    package init(position: String, parts: [String]) {
        self.position = position
        self.parts = parts
    }
}
