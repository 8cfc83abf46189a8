import Gatehouse
import GatehouseJSON

/// A type of acts, with what depends on the type.
struct ActType: Sendable {
    let verb: AdminVerb
    let decode: @Sendable (JSONValue) throws -> any Act
    let register: @Sendable (AdminGateway, inout Routes) -> Void

    init<A: Act>(_ type: A.Type) {
        verb = A.verb
        decode = { try A.reader([]).decode($0, attachments: []) }
        register = { gateway, on in on(A.verb, ActRoute<A>(gateway: gateway).make) }
    }
}

/// Acts of every verb from their payloads, for acts that stand in other acts and in the store (MOD-60).
enum ActCodec {
    /// The types of acts. Those that make other acts are not among them.
    static let types = [
        ActType(SessionKick.self), ActType(RoomEvict.self), ActType(RoomLock.self), ActType(RoomUnlock.self), ActType(RoomSlow.self),
        ActType(UserMute.self), ActType(UserUnmute.self), ActType(UserReauth.self), ActType(NoteAdd.self), ActType(NoteRemove.self),
        ActType(BanAdd.self), ActType(BanRemove.self), ActType(TokenRevoke.self), ActType(TokenRevokeAll.self), ActType(Announce.self),
        ActType(MessageRedact.self), ActType(ReportClaim.self), ActType(ReportResolve.self),
        ActType(PolicyReloadAct.self), ActType(PolicyRollbackAct.self), ActType(Drain.self),
    ]

    /// An act as the audit log has it: `nil` for a verb that is none. `act.bulk` is not recorded whole.
    static func recorded(_ verb: String, _ payload: JSONValue) throws -> (any Act)? {
        try (types + [ActType(ActUndo.self)]).first { $0.verb.rawValue == verb }?.decode(payload)
    }

    /// - Throws: ``GatewayError`` with `invalid` for a verb that is no such act; `ValidationError` for a payload that breaks its rules.
    static func act(_ verb: String, _ payload: JSONValue) throws -> any Act {
        guard let type = types.first(where: { $0.verb.rawValue == verb }) else {
            let verbs = types.map(\.verb.rawValue).joined(separator: ", ")
            throw GatewayError(.invalid, "verb is one of: \(verbs)")
        }
        return try type.decode(payload)
    }
}
