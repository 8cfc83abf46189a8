// 9: 'init(_:stopAtFirst:rules:asyncRules:make:)' is unavailable: the fields do not fit the parameters of 'make': give one Field for each parameter, of its type and in its order
import Gatehouse

struct Message: Payload {
    var room: RoomName
    var text: String
    var urgent: Bool

    static let schema = Schema(
        Field("room", \.room),
        Field("text", \.text),
        make: Message.init)
}
