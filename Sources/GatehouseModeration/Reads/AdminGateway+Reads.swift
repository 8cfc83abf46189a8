import Gatehouse
import GatehouseAudit
import GatehouseJSON
import GatehousePolicy
import SocketIO

/// `session.get`, `room.list`, `room.get` (MOD-01). Reading needs no rank. Answers are gathered in slices, and built off the event loop.
extension AdminGateway {
    func session(_ dto: SessionGetRequest, _ context: EventContext) async throws -> EncodedJSON {
        let runtime = context.client.server.runtime
        let right = try await reach(of: .sessionGet, context)
        return try await OffLoop.run {
            let nodes = OtherNodes(runtime: runtime)
            var found = try await nodes.session(dto.reference, in: right.rooms)
            if found == nil, runtime.cluster != nil {
                found = await nodes.ask(.session(dto.reference, in: right.rooms)).answers.lazy.compactMap { $0["session"]?.objectValue }
                    .first
            }
            runtime.audit.record(
                AuditRecord(
                    .adminSessionGet, actor: context.auditActor, target: AuditTarget(reference: dto.reference),
                    detail: ["found": .bool(found != nil)]))
            guard let found else { throw GatewayError(.notFound, "No such session is here") }
            return try EncodedJSON(found)
        }
    }

    func rooms(_ dto: RoomListRequest, _ context: EventContext) async throws -> EncodedJSON {
        let runtime = context.client.server.runtime
        let right = try await reach(of: .roomList, context)
        let namespace = try servedNamespace(dto.ns, runtime)
        return try await OffLoop.run {
            let nodes = OtherNodes(runtime: runtime)
            var answer = try await nodes.rooms(of: namespace, in: right.rooms, after: dto.cursor ?? "", limit: dto.limit)
            if runtime.cluster != nil {
                let others = await nodes.ask(.rooms(namespace.name, in: right.rooms, after: dto.cursor ?? "", limit: dto.limit))
                answer =
                    MergedPage(
                        [answer] + others.answers.compactMap(\.objectValue), by: "room", limit: dto.limit, merge: MergedPage.addMembers
                    ).object
                answer["silent_nodes"] = others.silentNodes
            }
            runtime.audit.record(
                AuditRecord(
                    .adminRoomList, actor: context.auditActor, target: AuditTarget(namespace: namespace.name),
                    detail: ["items": AuditScalar(answer["items"]?.arrayValue?.count ?? 0)]))
            return try EncodedJSON(answer)
        }
    }

    func room(_ dto: RoomGetRequest, _ context: EventContext) async throws -> EncodedJSON {
        let runtime = context.client.server.runtime
        try await reach(of: .roomGet, context).require(dto.room)
        let namespace = try servedNamespace(dto.ns, runtime)
        return try await OffLoop.run {
            let filter = SessionFilter(namespace: namespace, room: dto.room)
            let page = try await runtime.directory.list(filter, after: dto.cursor ?? "", limit: dto.limit + 1)
            let count = try await runtime.directory.count(filter)
            runtime.audit.record(
                AuditRecord(
                    .adminRoomGet, actor: context.auditActor, target: AuditTarget(namespace: namespace.name, room: dto.room),
                    detail: ["items": AuditScalar(min(page.count, dto.limit))]))
            let (all, now) = (runtime.restrictions.current, runtime.clock.wallMilliseconds())
            let restrictions = RoomsInForce(of: namespace, in: all, now: now)
            guard count > 0 || restrictions.names.contains(dto.room) else {
                throw GatewayError(.notFound, "Nobody is in this room, and nothing holds for it")
            }
            let users = Set(page.lazy.flatMap(\.sockets).filter { $0.namespace == namespace }.compactMap { UserID($0.principal) })
            return try EncodedJSON(
                RoomAnswer(
                    dto.room, in: namespace, members: page, limit: dto.limit, count: count, restrictions: restrictions,
                    mutes: MutesInForce(of: users, in: all, now: now)
                ).object)
        }
    }

    /// A namespace that a gateway of this server serves.
    private func servedNamespace(_ name: String, _ runtime: ServerRuntime) throws -> Namespace {
        guard let namespace = Namespace(name) else { throw GatewayError(.invalid, "ns is not a namespace") }
        guard runtime.sockets.definition(namespace) != nil else {
            throw GatewayError(.notFound, "No gateway serves this namespace")
        }
        return namespace
    }
}
