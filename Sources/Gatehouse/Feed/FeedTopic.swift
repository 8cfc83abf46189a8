/// The topics of the live feed (MOD-09). Each is an event of `/admin` of its own, so that `receive` rules decide who gets it.
package enum FeedTopic: String, CaseIterable, Sendable {
    /// Sessions: opened, in and out of a namespace, closed.
    case session
    /// Rooms: created, deleted, joined, left.
    case room
    /// Refusals.
    case decision
    /// Acts of staff.
    case moderation
    /// What whoever runs the server should know.
    case alert

    /// The name of the event.
    package var event: String {
        switch self {
        case .session: "feed.session"
        case .room: "feed.room"
        case .decision: "feed.decision"
        case .moderation: "feed.moderation"
        case .alert: "feed.alert"
        }
    }
}

/// Some topics.
package struct FeedTopics: OptionSet, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package init(_ topic: FeedTopic) {
        switch topic {
        case .session: rawValue = 1
        case .room: rawValue = 2
        case .decision: rawValue = 4
        case .moderation: rawValue = 8
        case .alert: rawValue = 16
        }
    }

    package init(_ topics: some Sequence<FeedTopic>) { self = topics.reduce(into: []) { $0.formUnion(FeedTopics($1)) } }

    package func contains(_ topic: FeedTopic) -> Bool { contains(FeedTopics(topic)) }

    package var list: [FeedTopic] { FeedTopic.allCases.filter { contains($0) } }
}
