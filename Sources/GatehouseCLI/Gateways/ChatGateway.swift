import Gatehouse
import GatehouseAudit
import Synchronization

/// The chat that `gatehouse serve` comes with: rooms, messages, typing and presence on `/chat`.
///
/// Who may connect, join and send is not written here but in `policies/chat.yaml`.
struct ChatGateway: Gateway {
    static let namespace: Namespace = "/chat"

    private let ids: MessageIDs

    init(ids: MessageIDs = MessageIDs()) { self.ids = ids }

    func routes(_ on: inout Routes) {
        on("message", message).emits(DeliveredMessage.self)
        on("join", join).emits(Presence.self, as: "presence.join")
        on("leave", leave)
        on("typing", typing).emits(TypingNotice.self)
        on.emits(Presence.self, as: "presence.leave")
    }

    /// Sends a message to the other members of a room. The policy has seen to it that the sender is one.
    func message(_ dto: ChatMessage, _ context: EventContext) throws -> MessageReceipt {
        let receipt = MessageReceipt(id: ids.next(), at: AuditClock.system.wallMicroseconds() / 1_000)
        let message = DeliveredMessage(id: receipt.id, room: dto.room, user: context.user, message: dto.message, at: receipt.at)
        try context.to(dto.room).except(context.client.id).emit(message)
        return receipt
    }

    /// Joins a room, if the policy allows it; its members see who came.
    func join(_ dto: RoomRequest, _ context: EventContext) throws -> RoomRequest {
        try context.client.join(dto.room)
        try context.to(dto.room).except(context.client.id).emit("presence.join", Presence(room: dto.room, user: context.user))
        return dto
    }

    /// Leaves a room; its members see who went.
    func leave(_ dto: RoomRequest, _ context: EventContext) throws -> RoomRequest {
        if try context.client.leave(dto.room) {
            try context.to(dto.room).emit("presence.leave", Presence(room: dto.room, user: context.user))
        }
        return dto
    }

    /// Tells a room that someone is typing. Volatile: a client that is behind does not need to hear of it.
    func typing(_ dto: Typing, _ context: EventContext) throws {
        let notice = TypingNotice(room: dto.room, user: context.user, typing: dto.typing)
        try context.to(dto.room).except(context.client.id).volatile.emit(notice)
    }

    func willDisconnect(_ client: Client, rooms: [RoomName], reason: DisconnectReason) {
        for room in rooms {
            let presence = Presence(room: room, user: client.principal.subject ?? "anonymous")
            // The name is not reserved and the payload has no number in it: there is nothing here that could fail.
            try? client.everyoneElse.to(room).emit("presence.leave", presence)
        }
    }
}

extension EventContext {
    /// The name under which others see the sender.
    fileprivate var user: String { principal.subject ?? "anonymous" }
}

/// Ids of messages: unique on this server for as long as it runs, growing.
final class MessageIDs: Sendable {
    private let last = Atomic<UInt64>(0)
    private let start = AuditClock.system.wallMicroseconds() / 1_000

    func next() -> String { "\(start)-\(last.wrappingAdd(1, ordering: .relaxed).newValue)" }
}
