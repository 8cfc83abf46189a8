import EngineIO
import GatehouseAudit
import GatehouseNetwork
import GatehousePolicy
import SocketIO

/// What the pipeline tells the live feed, beside its records. One load and one branch each while nobody follows the topic.
extension PipelineAudit {
    private func tell(_ item: FeedItem) {
        if let outbox { outbox.append(item) } else { feed.deliver([FeedNote(item)]) }
    }

    func tellOpened(_ connection: SocketIOConnection) {
        guard feed.isWatched(.session) else { return }
        var item = FeedItem(.session, "opened", at: clock.wallMilliseconds(), session: connection.connectionState?.reference)
        item.add("ip", connection.session.request.address.description)
        item.add("transport", connection.session.transport.rawValue)
        tell(item)
    }

    func tellJoined(_ socket: Socket) {
        if let user = socket.clientState?.user { socket.connection.connectionState?.user = user.key }
        guard feed.isWatched(.session) else { return }
        var item = FeedItem(
            .session, "joined", at: clock.wallMilliseconds(), session: socket.connection.connectionState?.reference,
            user: socket.clientState?.user?.key, namespace: socket.name.name)
        item.add("ip", socket.connection.session.request.address.description)
        item.add("transport", socket.connection.session.transport.rawValue)
        tell(item)
    }

    func tellLeft(_ socket: Socket, _ reason: DisconnectReason) {
        guard feed.isWatched(.session) else { return }
        var item = FeedItem(
            .session, "left", at: clock.wallMilliseconds(), session: socket.connection.connectionState?.reference,
            user: socket.clientState?.user?.key, namespace: socket.name.name)
        item.add("reason", reason.rawValue)
        tell(item)
    }

    func tellClosed(_ connection: SocketIOConnection, reason: String, milliseconds: Int64) {
        guard feed.isWatched(.session) else { return }
        let state = connection.connectionState
        var item = FeedItem(.session, "closed", at: clock.wallMilliseconds(), session: state?.reference, user: state?.user)
        item.add("reason", reason)
        item.add("ms", milliseconds)
        item.add("messages", state.map { Int64(clamping: $0.messages) })
        tell(item)
    }

    /// Records that a client was turned away before it had a session.
    func rejected(_ record: AuditRecord, from address: ClientAddress) {
        let id = log.record(record).decision
        tally?.denied(by: record.decision?.reason)
        guard feed.isWatched(.decision) else { return }
        tellDecision(record, id: id, subject: nil, session: record.target?.reference, code: nil, address: address)
    }

    /// A refusal, repeats too, which the log folds.
    /// - Parameter id: the decision that the client was told.
    func tellDecision(_ record: AuditRecord, id: ULID?, subject: Subject?, session: String?, code: String?, address: ClientAddress? = nil) {
        let user = subject.flatMap { subject in
            subject.iss.flatMap { iss in subject.sub.map { UserID(iss: iss, subject: $0) } }
        }
        var item = FeedItem(
            .decision, record.decision?.mode == .report ? "would_deny" : "denied", at: clock.wallMilliseconds(), session: session,
            user: user,
            namespace: record.target?.namespace, room: record.target?.room)
        item.add("record", record.event.rawValue)
        item.add("decision", id?.description)
        item.add("code", code ?? record.code)
        item.add("rule", record.decision?.rule)
        item.add("reason", record.decision?.reason)
        item.add("event", record.target?.event)
        item.add("ip", address?.description)
        tell(item)
    }
}

extension AuditRecord {
    /// The code that the client got, as far as the record tells.
    fileprivate var code: String {
        for (name, value) in detail.pairs where name == "code" {
            if case .string(let text) = value { return text }
        }
        let reason = decision?.reason ?? ""
        return switch event {
        case .messageRateLimited: "rate_limited"
        case .messageInvalid: reason == "too_large" ? reason : "invalid"
        case .handlerError: reason
        case .authExpired: "token_expired"
        case .authRevokedUse: "token_revoked"
        case .authFailed: "unauthorized"
        default: Self.reasonsThatAreCodes.contains(reason) ? reason : "forbidden"
        }
    }

    private static let reasonsThatAreCodes: Set<String> = [
        "too_large", "muted", "room_locked", "slow_mode", "banned", "limit", "kicked", "unavailable",
    ]
}
