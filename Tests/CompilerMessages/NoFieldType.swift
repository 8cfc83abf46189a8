// 11: initializer 'init(_:stopAtFirst:rules:asyncRules:file:line:make:)' requires that 'Colour' conform to 'FieldValue'
// 13: generic struct 'Field' requires that 'Colour' conform to 'FieldValue'
import Gatehouse

struct Colour: Sendable { var red: Int }

struct Message: Payload {
    var text: String
    var colour: Colour

    static let schema = Schema(
        Field("text", \.text),
        Field("colour", \.colour),
        make: Message.init)
}
