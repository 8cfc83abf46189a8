import Gatehouse
import GatehouseAudit

/// `note.add`: a note about a user, for staff (MOD-68).
struct NoteAdd: Act {
    static let verb = AdminVerb.noteAdd

    var requestID: String
    var reason: String
    var user: UserReference
    var note: String
    var dryRun: Bool

    static let schema = Schema(
        Field("request_id", \.requestID, .ulid),
        Field("reason", \.reason, .length(1...512)),
        Field("user", \.user),
        Field("text", \.note, .length(1...1_000)),
        Field("dry_run", \.dryRun, default: false),
        make: NoteAdd.init
    )

    var subject: ActSubject { ActSubject(user: user) }

    func check(_ making: ActMaking) async throws { try await making.requireRank(over: user.key) }

    func changes(_ making: ActMaking) async throws -> [StateChange] {
        [.note(UserNote(id: making.request, user: user.key, text: note))]
    }

    func effect(_ making: ActMaking) async throws -> JSONObject { ["note_id": .string(making.request.description)] }
}

/// `note.remove`
struct NoteRemove: Act {
    static let verb = AdminVerb.noteRemove

    var requestID: String
    var reason: String
    var noteID: String
    var dryRun: Bool

    static let schema = Schema(
        Field("request_id", \.requestID, .ulid),
        Field("reason", \.reason, .length(1...512)),
        Field("note_id", \.noteID, .ulid),
        Field("dry_run", \.dryRun, default: false),
        make: NoteRemove.init
    )

    var subject: ActSubject { ActSubject(reference: noteID) }

    private func user(_ making: ActMaking) async throws -> UserID {
        guard let id = ULID(noteID),
            let user = try await making.gateway.written({ try await $0.read { try NoteTable.user(of: id, $0) } })
        else { throw GatewayError(.notFound, "There is no such note") }
        return user
    }

    func check(_ making: ActMaking) async throws { try await making.requireRank(over: try await user(making)) }

    func changes(_ making: ActMaking) async throws -> [StateChange] { ULID(noteID).map { [.removeNote($0)] } ?? [] }

    func effect(_ making: ActMaking) async throws -> JSONObject { ["removed": .bool(true)] }
}
