// 9: failed to produce diagnostic for expression
import Gatehouse

struct Other: Sendable { var text: String }

struct Message: Payload {
    var text: String

    static let schema = Schema(
        Field("text", \Other.text),
        make: Message.init)
}
