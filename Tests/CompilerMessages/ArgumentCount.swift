// 8: missing argument for parameter #1 in call
// 8: generic parameter 'Value' could not be inferred
import Gatehouse

struct Mistaken: Gateway {
    static let namespace: Namespace = "/mistaken"
    func routes(_ on: inout Routes) {
        on("move", move).arguments(EventArgument("x", .range(0...9)))
    }

    func move(_ x: Int, _ y: Int, _ context: EventContext) -> Int { x + y }
}
