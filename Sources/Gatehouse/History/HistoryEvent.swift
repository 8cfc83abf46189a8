public import GatehouseJSON

/// A place in the history of a namespace (HIS-02).
public struct HistoryPosition: Sendable, Hashable {
    /// Which history it is a place in: another one after each start of the server; in a cluster with the `streams` adapter always the same.
    public let epoch: String
    /// Grows with each event that is kept in the namespace. The nodes of a cluster with the `streams` adapter give the same event the same;
    /// events that stay on their node have that of the one before them.
    public let offset: UInt64
}

/// An event of a room as its history has it.
public struct HistoryEvent: Sendable {
    /// Names the event; what ``Broadcaster/history(last:before:)`` takes.
    public let id: String
    /// Its place.
    public let position: HistoryPosition
    /// When it was sent.
    public let time: Instant
    /// Its name; empty once it is redacted.
    public let event: String
    /// Its arguments; empty once it is redacted.
    public let arguments: [JSONValue]
    /// Whether staff have taken it away: only its place is left (HIS-03).
    public let isRedacted: Bool
}

/// Some events of a room, the oldest first.
public struct HistoryPage: Sendable {
    /// The events.
    public let events: [HistoryEvent]
    /// Whether there are older ones: ask for those before the first.
    public let hasMore: Bool
}

extension HistoryEvent: JSONEncodable {
    /// Writes `{"id", "position": {"epoch", "offset"}, "at", "event", "args"}`; `{"redacted": true}` in the place of the last two.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.member("id", id)
            $0.member("position", position)
            $0.member("at", time.description)
            if isRedacted {
                $0.member("redacted", true)
            } else {
                $0.member("event", event)
                $0.member("args", JSONValue.array(arguments))
            }
        }
    }
}

extension HistoryPosition: JSONEncodable {
    /// Writes `{"epoch", "offset"}`.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.member("epoch", epoch)
            $0.member("offset", offset)
        }
    }
}

extension HistoryPage: JSONEncodable {
    /// Writes `{"events", "more"}`.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.member("events", events)
            $0.member("more", hasMore)
        }
    }
}
