// 7: 'callAsFunction' is unavailable: a handler takes the event's arguments and then the context: func join(_ room: RoomName, _ context: EventContext)
import Gatehouse

struct Mistaken: Gateway {
    static let namespace: Namespace = "/mistaken"
    func routes(_ on: inout Routes) {
        on("join", join)
    }

    func join(_ room: RoomName) -> String { room.name }
}
