// 13: referencing static method 'range' on 'Constraint' requires that 'String' conform to 'FieldNumber'
// 13: cannot convert value of type 'Int' to expected argument type 'String'
// 13: cannot convert value of type 'Int' to expected argument type 'String'
import Gatehouse

struct Message: Payload {
    var room: RoomName
    var text: String
    var urgent: Bool

    static let schema = Schema(
        Field("room", \.room),
        Field("text", \.text, .range(1...5)),
        Field("urgent", \.urgent),
        make: Message.init)
}
