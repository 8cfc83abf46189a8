/// What the restriction stage found out about a message that it lets pass; it goes along with the event to its end.
struct SenderMarks: OptionSet, Sendable {
    let rawValue: UInt8

    /// A shadow mute holds: what the handler sends reaches staff and the sender's own sessions only (MOD-64).
    static let shadowed = SenderMarks(rawValue: 1 << 0)
    /// It is known which room the message is for, and that room was asked about. Without it restrictions of rooms hold for what the handler
    /// sends (MOD-63).
    static let hasTargetRoom = SenderMarks(rawValue: 1 << 1)
    /// The room is in slow mode, which holds for the sender.
    static let isSlowed = SenderMarks(rawValue: 1 << 2)
    /// Some restriction may hold for what the handler sends, by whatever way it sends it.
    static let isWatched = SenderMarks(rawValue: 1 << 3)
}
