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
        let page = try await written {
            try await $0.read {
                try RequestTable.list(
                    upon: request.user?.key, by: request.by?.key, event: request.verb, before: request.cursor, limit: request.limit + 1, $0)
            }
        }
        let shown = page.prefix(request.limit)
        var answer: JSONObject = ["items": .array(shown.map { .object($0.request.item) })]
        if page.count > shown.count, let last = shown.last { answer["cursor"] = .integer(last.number) }
        runtime.audit.record(
            AuditRecord(AdminVerb.actList.auditEvent, actor: context.auditActor, detail: ["items": AuditScalar(shown.count)]))
        return answer
    }

    /// Sessions, restrictions, the last acts upon the user, notes (MOD-68).
    func getUser(_ request: UserGetRequest, _ context: EventContext) async throws -> EncodedJSON {
        let runtime = context.client.server.runtime
        let user = request.user.key
        let (notes, acts) = try await written {
            try await $0.read { database in
                (
                    try NoteTable.notes(about: user, database),
                    try RequestTable.list(upon: user, by: nil, event: nil, before: nil, limit: 50, database)
                )
            }
        }
        guard let state = store.opened?.state else { throw GatewayError(.unavailable, "The server is stopping") }
        return try await OffLoop.run {
            let page = try await runtime.directory.list(SessionFilter(user: user), limit: 51)
            let now = runtime.clock.wallMilliseconds()
            var answer = SessionAnswer(page, limit: 50).object
            answer["sessions"] = answer["items"]
            answer["items"] = nil
            answer["cursor"] = nil
            answer["user"] = .object(user.json)
            answer["rank"] = .string(ranks(runtime).remembered(of: user).name)
            answer["bans"] = .array(
                state.bans.values.filter { $0.value.subject == .user(user) && $0.value.ends.map { $0 > now } ?? true }.map {
                    .object($0.value.json.merging($0.origin.json))
                })
            answer["mutes"] = .array(
                state.mutes.values.filter { $0.value.place.user == user && $0.value.ends > now }.map {
                    .object($0.value.json.merging($0.origin.json))
                })
            answer["notes"] = .array(notes.map { .object($0.item) })
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
