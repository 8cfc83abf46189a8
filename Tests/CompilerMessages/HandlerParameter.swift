// 7: instance method 'callAsFunction(_:_:file:line:)' requires that 'Mistaken.Colour' conform to 'FieldValue'
import Gatehouse

struct Mistaken: Gateway {
    static let namespace: Namespace = "/mistaken"
    func routes(_ on: inout Routes) {
        on("paint", paint)
    }

    struct Colour { var red: Int }

    func paint(_ colour: Colour, _ context: EventContext) -> String { "painted" }
}
