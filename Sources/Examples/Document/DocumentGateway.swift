import Gatehouse

struct DocumentGateway: Gateway {
    static let namespace: Namespace = "/document"
    let documents = Documents()

    func routes(_ on: inout Routes) {
        on("open", open)
        on("close", close)
        on("edit", edit).emits(Edited.self)
        on("cursor", cursor).emits(Cursor.self)
    }

    /// Answers with the whole text; each change comes as `edited`.
    func open(_ id: DocumentID, _ context: EventContext) throws -> Snapshot {
        try context.client.join(room(context))
        return documents.snapshot(id)
    }

    func close(_ id: DocumentID, _ context: EventContext) throws -> Bool { try context.client.leave(room(context)) }

    /// Answers with the new version.
    func edit(_ edit: Edit, _ context: EventContext) throws -> Int {
        let version = try documents.apply(edit)
        let change = Edited(edit: edit, by: try context.user.subject)
        try context.to(room(context)).except(context.client.id).emit(change)
        return version
    }

    func cursor(_ cursor: Cursor, _ context: EventContext) throws {
        var cursor = cursor
        cursor.by = try context.user.subject
        try context.to(room(context)).except(context.client.id).volatile.emit(cursor)
    }

    /// The room that the policy makes of the document's id; the rules have looked at the same one.
    private func room(_ context: EventContext) throws -> RoomName {
        guard let room = context.room else { throw GatewayError(.internal, "the policy of \(context.event) names no room") }
        return room
    }
}
