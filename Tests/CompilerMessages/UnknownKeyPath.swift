// 11: value of type 'Message' has no member 'txet'
import Gatehouse

struct Message: Payload {
    var room: RoomName
    var text: String
    var urgent: Bool

    static let schema = Schema(
        Field("room", \.room),
        Field("text", \.txet),
        Field("urgent", \.urgent),
        make: Message.init)
}
