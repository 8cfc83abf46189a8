import Gatehouse
import GatehouseJSON

/// Items of the live feed as events of the Admin UI. Pure.
enum AdminUIFeed {
    /// The events that a topic needs to be received by.
    static func events(_ topic: FeedTopic) -> [String] {
        switch topic {
        case .session: ["socket_connected", "socket_disconnected"]
        case .room: ["room_joined", "room_left"]
        case .decision, .moderation, .alert: []
        }
    }

    static func messages(_ item: FeedItem) -> [FeedForm.Message] {
        guard let reference = item.session, let namespace = item.namespace else { return [] }
        let (id, nsp, time) = (
            JSONValue.string(reference), JSONValue.string(namespace), JSONValue.string(AdminUISocket.timestamp(item.time))
        )
        switch (item.topic, item.kind) {
        case (.session, "joined"):
            let socket = AdminUISocket.json(
                reference, in: namespace, user: item.user, address: item.text("ip") ?? "", transport: item.text("transport") ?? "",
                since: item.time, rooms: [])
            return [FeedForm.Message("socket_connected", [socket, time])]
        case (.session, "left"):
            return [
                FeedForm.Message("socket_disconnected", [nsp, id, .string(item.text("reason") ?? ""), time]),
                FeedForm.Message("room_left", [nsp, id, id, time]),
            ]
        case (.room, "joined"), (.room, "left"):
            guard let room = item.room else { return [] }
            return [FeedForm.Message(item.kind == "joined" ? "room_joined" : "room_left", [nsp, .string(room), id, time])]
        default: return []
        }
    }
}
