import Gatehouse
import GatehouseAudit
import GatehouseJSON

/// `act.list`: what staff did, the latest first.
struct ActListRequest: Payload {
    var user: UserReference?
    var by: UserReference?
    var verb: String?
    var limit: Int
    var cursor: Int64?

    static let schema = Schema(
        Field("user", \.user),
        Field("by", \.by),
        Field("verb", \.verb, .length(1...64)),
        Field("limit", \.limit, .range(1...200), default: 50),
        Field("cursor", \.cursor, .min(1)),
        make: ActListRequest.init
    )
}

/// `user.get`: a user as staff see one.
struct UserGetRequest: Payload {
    var user: UserReference

    static let schema = Schema(Field("user", \.user), make: UserGetRequest.init)
}

extension AdminGateway {
    func listActs(_ request: ActListRequest, _ context: EventContext) async throws -> JSONObject {
        let runtime = context.client.server.runtime
        let right = try await reach(of: .actList, context)
        let page = try await written {
            try await $0.read {
                try RequestTable.list(
                    upon: request.user?.key, by: request.by?.key, event: request.verb, in: right.rooms, before: request.cursor,
                    limit: request.limit + 1, $0)
            }
        }
        let shown = page.prefix(request.limit)
        var answer: JSONObject = ["items": .array(shown.map { .object($0.request.item) })]
        if page.count > shown.count, let last = shown.last { answer["cursor"] = .integer(last.number) }
        runtime.audit.record(
            AuditRecord(AdminVerb.actList.auditEvent, actor: context.auditActor, detail: ["items": AuditScalar(shown.count)]))
        return answer
    }

    /// Sessions, restrictions, the last acts upon the user, notes, and reports that wait, for those who may list them (MOD-68).
    func getUser(_ request: UserGetRequest, _ context: EventContext) async throws -> EncodedJSON {
        let runtime = context.client.server.runtime
        let user = request.user.key
        let right = try await reach(of: .userGet, context)
        let mayRead = try await context.client.right(to: AdminVerb.reportList.rawValue)
        let (notes, acts, reports) = try await written {
            try await $0.read { database in
                let filter = ReportTable.Filter(user: user, rooms: mayRead.rooms)
                return (
                    // A note is about the user everywhere.
                    right.rooms == nil ? try NoteTable.notes(about: user, database) : [],
                    try RequestTable.list(upon: user, by: nil, event: nil, in: right.rooms, before: nil, limit: 50, database),
                    mayRead.isAllowed ? try ReportTable.list(filter, after: "", limit: 50, database) : nil
                )
            }
        }
        guard let state = store.opened?.state else { throw GatewayError(.unavailable, "The server is stopping") }
        return try await OffLoop.run {
            let page = try await runtime.directory.list(SessionFilter(rooms: right.rooms, user: user), limit: 51).map {
                $0.confined(to: right.rooms)
            }
            let now = runtime.clock.wallMilliseconds()
            var answer = SessionAnswer(page, limit: 50).object
            answer["sessions"] = answer["items"]
            answer["items"] = nil
            answer["cursor"] = nil
            answer["user"] = .object(user.json)
            answer["rank"] = .string(ranks(runtime).remembered(of: user).name)
            answer["bans"] = .array(
                state.bans.values.filter {
                    right.includes($0.value.room) && $0.value.subject == .user(user) && $0.value.ends.map { $0 > now } ?? true
                }.map {
                    .object($0.value.json.merging($0.origin.json))
                })
            answer["mutes"] = .array(
                state.mutes.values.filter { right.includes($0.value.place.room) && $0.value.place.user == user && $0.value.ends > now }.map
                {
                    .object($0.value.json.merging($0.origin.json))
                })
            answer["notes"] = .array(notes.map { .object($0.item) })
            answer["reports"] = reports.map { .array($0.map { .object($0.item) }) }
            answer["acts"] = .array(acts.map { .object($0.request.item) })
            runtime.audit.record(
                AuditRecord(
                    AdminVerb.userGet.auditEvent, actor: context.auditActor,
                    target: AuditTarget(issuer: user.iss, subject: user.subject)))
            return try EncodedJSON(answer)
        }
    }
}

extension KeptNote {
    fileprivate var item: JSONObject {
        ["note_id": .string(id), "text": .string(text), "by": .object(by.json), "at": .integer(at)]
    }
}

extension KeptRequest {
    /// An act as staff see it. Tokens are named by nothing.
    fileprivate var item: JSONObject {
        let reason = (try? JSONValue(parsing: Array(payload.utf8), limits: JSONLimits()))?["reason"]
        let item: JSONObject = [
            "verb": .string(event), "request_id": .string(id.description), "by": .object(actor.json), "at": .integer(at),
            "can_undo": .bool(!reverse.isEmpty && undone == nil),
        ]
        var user: JSONValue?
        if let iss = target.issuer, let sub = target.subject { user = ["iss": .string(iss), "sub": .string(sub)] }
        return item.adding([
            "audit_seq": seq.map { .integer(Int64(clamping: $0)) }, "reason": reason, "user": user,
            "ns": target.namespace.map { .string($0) }, "room": target.room.map { .string($0) }, "undone_by": undone.map { .string($0) },
        ])
    }
}
