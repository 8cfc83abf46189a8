import Gatehouse
import GatehouseAudit
import GatehouseJSON
import GatehouseNetwork
import SocketIO

/// `ban.list`: bans, filtered and paged.
struct BanListRequest: Payload {
    var user: UserReference?
    var ip: String?
    var ns: String?
    var limit: Int
    var cursor: String?

    static let schema = Schema(
        Field("user", \.user),
        Field("ip", \.ip, .length(1...64)),
        Field("ns", \.ns, .length(1...128)),
        Field("limit", \.limit, .range(1...200), default: 50),
        Field("cursor", \.cursor, .length(1...64)),
        make: BanListRequest.init
    )
}

/// `mute.list`: mutes, filtered and paged.
struct MuteListRequest: Payload {
    var user: UserReference?
    var ns: String?
    var room: String?
    var limit: Int
    var cursor: String?

    static let schema = Schema(
        Field("user", \.user),
        Field("ns", \.ns, .length(1...128)),
        Field("room", \.room, .length(1...256)),
        Field("limit", \.limit, .range(1...200), default: 50),
        Field("cursor", \.cursor, .length(1...64)),
        make: MuteListRequest.init
    )
}

/// `lock.list`: rooms that are locked or slow, filtered and paged.
struct LockListRequest: Payload {
    var ns: String?
    var room: String?
    var limit: Int
    var cursor: String?

    static let schema = Schema(
        Field("ns", \.ns, .length(1...128)),
        Field("room", \.room, .length(1...256)),
        Field("limit", \.limit, .range(1...200), default: 50),
        Field("cursor", \.cursor, .length(1...64)),
        make: LockListRequest.init
    )
}

/// Lists of what is kept. They are made off the event loops: there may be very many entries.
extension AdminGateway {
    func listBans(_ request: BanListRequest, _ context: EventContext) async throws -> JSONObject {
        let address = try request.ip.map { text in
            guard let address = IPAddress(text) else { throw GatewayError(.invalid, "ip is not an address") }
            return address
        }
        let right = try await reach(of: .banList, context)
        return try await list(.banList, request.limit, request.cursor, context) { state, now in
            state.bans.values.compactMap { kept in
                let ban = kept.value
                guard right.includes(ban.room), ban.ends.map({ $0 > now }) ?? true, request.ns == nil || ban.namespace?.name == request.ns
                else { return nil }
                switch ban.subject {
                case .user(let user): guard address == nil, request.user == nil || user == request.user?.key else { return nil }
                case .network(let network):
                    guard request.user == nil, address.map({ network.contains($0) }) ?? true else { return nil }
                }
                return (ban.id.description, ban.json.merging(kept.origin.json))
            }
        }
    }

    func listMutes(_ request: MuteListRequest, _ context: EventContext) async throws -> JSONObject {
        let right = try await reach(of: .muteList, context)
        return try await list(.muteList, request.limit, request.cursor, context) { state, now in
            state.mutes.values.compactMap { kept in
                let mute = kept.value
                guard right.includes(mute.place.room), mute.ends > now, request.user == nil || mute.place.user == request.user?.key,
                    request.ns == nil || mute.place.namespace?.name == request.ns, request.room == nil || mute.place.room == request.room
                else { return nil }
                return (kept.origin.request.description, mute.json.merging(kept.origin.json))
            }
        }
    }

    func listLocks(_ request: LockListRequest, _ context: EventContext) async throws -> JSONObject {
        let right = try await reach(of: .lockList, context)
        return try await list(.lockList, request.limit, request.cursor, context) { state, now in
            state.rooms.flatMap { place, room -> [(String, JSONObject)] in
                guard right.includes(place.room), request.ns == nil || place.namespace.name == request.ns,
                    request.room == nil || place.room == request.room
                else { return [] }
                var items: [(String, JSONObject)] = []
                if let lock = room.lock, lock.value.ends.map({ $0 > now }) ?? true {
                    let item = place.json.adding([
                        "lock": .string(lock.value.mode.rawValue), "ends": lock.value.ends.map { .integer($0) },
                    ])
                    items.append((lock.origin.request.description, item.merging(lock.origin.json)))
                }
                if let slow = room.slow, slow.value.ends.map({ $0 > now }) ?? true {
                    let item = place.json.adding([
                        "slow_s": .integer(slow.value.interval / 1_000),
                        "exempt_roles": .array(slow.value.exemptRoles.map { .string($0) }), "ends": slow.value.ends.map { .integer($0) },
                    ])
                    items.append((slow.origin.request.description, item.merging(slow.origin.json)))
                }
                return items
            }
        }
    }

    /// One page in the order of the keys, which are those of the acts: the oldest first.
    private func list(
        _ verb: AdminVerb, _ limit: Int, _ cursor: String?, _ context: EventContext,
        _ entries: @escaping @Sendable (ModerationState, Int64) -> [(key: String, item: JSONObject)]
    ) async throws -> JSONObject {
        let runtime = context.client.server.runtime
        guard let open = store.opened else { throw GatewayError(.unavailable, "The server is stopping") }
        let answer = await OffLoop.run {
            let all = entries(open.state, runtime.clock.wallMilliseconds()).filter { $0.key > cursor ?? "" }.sorted { $0.key < $1.key }
            var answer: JSONObject = ["items": .array(all.prefix(limit).map { .object($0.item) })]
            if all.count > limit, let last = all.prefix(limit).last { answer["cursor"] = .string(last.key) }
            return answer
        }
        let count = answer["items"]?.arrayValue?.count ?? 0
        runtime.audit.record(AuditRecord(verb.auditEvent, actor: context.auditActor, detail: ["items": AuditScalar(count)]))
        return answer
    }
}

extension ActOrigin {
    /// Whom staff see behind an entry, why and since when.
    var json: JSONObject {
        ["by": .object(by.json), "at": .integer(at), "reason": .string(reason), "request_id": .string(request.description)]
    }
}
