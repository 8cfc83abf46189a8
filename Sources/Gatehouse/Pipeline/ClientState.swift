import GatehouseAudit
import GatehousePolicy
import NIOCore
import SocketIO

/// What the pipeline keeps with one socket. Bound to the event loop of its connection.
final class ClientState {
    let client: Client
    let mounted: MountedNamespace
    unowned let pipeline: Pipeline
    let actor: AuditActor
    /// `nil` for an anonymous client.
    let user: UserState?
    var principal: Principal
    var policy: NamespacePolicy
    var grants: Grants
    private var messages = TokenBucket()
    private var ruleBuckets: [(rule: RuleIndex, bucket: TokenBucket)] = []

    init(
        client: Client, mounted: MountedNamespace, pipeline: Pipeline, actor: AuditActor, user: UserState?, policy: NamespacePolicy,
        grants: Grants
    ) {
        self.client = client
        self.mounted = mounted
        self.pipeline = pipeline
        self.actor = actor
        self.user = user
        principal = client.principal
        self.policy = policy
        self.grants = grants
    }

    /// Charges one message to the connection and to the user (POL-12).
    func takeMessage(now: Int64) -> Bool {
        let limits = policy.settings.limits
        if let limit = limits.connectionMessages, !messages.take(limit: limit, now: now) { return false }
        if let limit = limits.userMessages, let user, !user.takeMessage(limit, now: now) { return false }
        return true
    }

    /// Charges one message to the rate of the rule that allowed it. The number of rules bounds the list.
    func take(_ rate: EventRate, of rule: RuleIndex, now: Int64) -> Bool {
        if let limit = rate.connection {
            if let index = ruleBuckets.firstIndex(where: { $0.rule == rule }) {
                guard ruleBuckets[index].bucket.take(limit: limit, now: now) else { return false }
            } else {
                var bucket = TokenBucket()
                guard bucket.take(limit: limit, now: now) else { return false }
                ruleBuckets.append((rule, bucket))
            }
        }
        if let limit = rate.user, let user, !user.take(rule: rule, limit, now: now) { return false }
        return true
    }

    func join(_ room: RoomName, _ socket: Socket) throws { try pipeline.join(room, socket, self) }

    func leave(_ room: RoomName, _ socket: Socket) -> Bool {
        guard socket.leave(room) else { return false }
        pipeline.audit.roomLeft(room, self)
        return true
    }
}

@available(*, unavailable)
extension ClientState: Sendable {}
