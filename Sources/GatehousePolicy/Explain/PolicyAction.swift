/// An action as `policy explain`, `policy test` and `policy diff --replay` speak of it.
package enum PolicyAction: Sendable, Hashable, CustomStringConvertible {
    case connect
    case join(room: String)
    case send(event: String, room: String?, isJoined: Bool, bytes: Int)
    case receive(event: String)

    /// Parses `connect`, `join:ROOM`, `send:EVENT`, `send:EVENT@ROOM` and `receive:EVENT`, as of `policy explain --do`. A sender counts as
    /// a member of the room that it names.
    package init?(parsing text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        switch (parts.first, parts.count == 2 ? parts[1] : "") {
        case ("connect", ""): self = .connect
        case ("join", let room) where !room.isEmpty: self = .join(room: room)
        case ("receive", let event) where !event.isEmpty: self = .receive(event: event)
        case ("send", let rest) where !rest.isEmpty:
            let at = rest.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard let event = at.first, !event.isEmpty else { return nil }
            self = .send(event: event, room: at.count == 2 ? at[1] : nil, isJoined: at.count == 2, bytes: 0)
        default: return nil
        }
    }

    package var description: String {
        switch self {
        case .connect: "connect"
        case .join(let room): "join:\(room)"
        case .send(let event, let room, _, _): room.map { "send:\(event)@\($0)" } ?? "send:\(event)"
        case .receive(let event): "receive:\(event)"
        }
    }

    var section: PolicyRule.Section {
        switch self {
        case .connect: .connect
        case .join: .join
        case .send: .send
        case .receive: .receive
        }
    }
}

extension Grants {
    /// Decides any action. For tools; the message path calls the decision it needs.
    package func decide(_ action: PolicyAction, now: Int64) -> Decision {
        switch action {
        case .connect: decideConnect(now: now)
        case .join(let room): decideJoin(room: room, now: now)
        case .send(let event, let room, let isJoined, let bytes):
            decideSend(event: namespace.event(event), room: room, isJoined: isJoined, payloadBytes: bytes, now: now)
        case .receive(let event): decideReceive(event: namespace.event(event), now: now)
        }
    }
}
