import Gatehouse
import SocketIO

/// `message.redact`: asks the clients in a room to take a message away (MOD-08). What a message's id is, the application says.
struct MessageRedact: LiveAct {
    static let verb = AdminVerb.messageRedact

    var requestID: String
    var reason: String
    var ns: String
    var room: String
    var messageID: String
    /// What users are told; the reason is for the log alone.
    var shownReason: String?
    var dryRun: Bool

    static let schema = Schema(
        Field("request_id", \.requestID, .ulid),
        Field("reason", \.reason, .length(1...512)),
        Field("ns", \.ns, .length(1...128)),
        Field("room", \.room, .length(1...256)),
        Field("message_id", \.messageID, .length(1...128)),
        Field("shown_reason", \.shownReason, .length(1...512)),
        Field("dry_run", \.dryRun, default: false),
        make: MessageRedact.init
    )

    var subject: ActSubject { ActSubject(ns: ns, room: room, reference: messageID) }

    func check(_ making: ActMaking) async throws { _ = try making.room(room, ns) }

    func preview(_ making: ActMaking) async throws -> JSONObject {
        let place = try making.room(room, ns)
        return ["delivered": .integer(Int64(try await making.directory.countRedaction(in: place.room, of: place.namespace)))]
    }

    /// Users do not learn which of the staff acted (MOD-41).
    func effect(on node: ActNode) async throws -> JSONObject {
        let place = try node.room(room, ns)
        let delivered = try await node.directory.redact(messageID, reason: shownReason, in: place.room, of: place.namespace)
        return ["delivered": .integer(Int64(delivered))]
    }
}
