import Gatehouse
import GatehouseAudit
import SocketIO

/// `feed.subscribe`, `feed.unsubscribe`: the live feed (MOD-09, MOD-30, MOD-31). One subscription a client; a new one takes the place of the
/// one before.
extension AdminGateway {
    func subscribe(_ dto: FeedSubscribeRequest, _ context: EventContext) throws -> JSONObject {
        let right = try context.client.rightOnLoop(to: AdminVerb.feedSubscribe.rawValue)
        var filter = FeedFilter(room: dto.room, rooms: right.rooms, user: dto.user?.key)
        if let room = dto.room { try right.require(room) }
        if let ns = dto.ns {
            guard let namespace = Namespace(ns) else { throw GatewayError(.invalid, "ns is not a namespace") }
            filter.namespace = namespace
        }
        let topics = try context.client.followFeed(FeedTopics(dto.topics.lazy.compactMap { FeedTopic(rawValue: $0.rawValue) }), filter)
        let words = topics.map(\.rawValue)
        context.client.server.runtime.audit.record(
            AuditRecord(
                .adminFeedSubscribe, actor: context.auditActor,
                target: AuditTarget(namespace: dto.ns, room: dto.room, issuer: dto.user?.iss, subject: dto.user?.sub),
                detail: ["topics": .string(words.joined(separator: " "))]))
        return ["topics": .array(words.map { .string($0) })]
    }

    func unsubscribe(_ dto: EmptyRequest, _ context: EventContext) -> JSONObject {
        ["ended": .bool(context.client.leaveFeed())]
    }
}
