// 7: 'callAsFunction' is unavailable: this result cannot be written: return a Payload, another JSONEncodable or Encodable type, an EventReply, or an AsyncSequence of them
import Gatehouse

struct Mistaken: Gateway {
    static let namespace: Namespace = "/mistaken"
    func routes(_ on: inout Routes) {
        on("paint", paint)
    }

    struct Colour { var red: Int }

    func paint(_ name: String, _ context: EventContext) -> Colour { Colour(red: 1) }
}
