// 10: stored property 'counter' of 'Sendable'-conforming struct 'Mistaken' has non-Sendable type 'Counter'
import Gatehouse

final class Counter {
    var count = 0
}

struct Mistaken: Gateway {
    static let namespace: Namespace = "/mistaken"
    let counter = Counter()

    func routes(_ on: inout Routes) { on("count", count) }

    func count(_ context: EventContext) -> Int { counter.count }
}
