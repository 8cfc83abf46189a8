// 12: instance method 'emit' requires that 'Mistaken.Colour' conform to 'JSONEncodable'
import Gatehouse

struct Mistaken: Gateway {
    static let namespace: Namespace = "/mistaken"
    func routes(_ on: inout Routes) {
        on("paint", paint)
    }

    struct Colour { var red: Int }

    func paint(_ name: String, _ context: EventContext) throws { try context.everyone.emit("painted", Colour(red: 1)) }
}
