import Gatehouse

struct Symbol: ConstrainedValue, Hashable {
    var rawValue: String
    static let constraints: [Constraint<String>] = [.length(1...8), .alphanumeric, .uppercase]
}

enum Side: String, PayloadEnum { case buy, sell }

struct Tick: ServerEvent {
    static let event = "tick"
    var symbol: Symbol
    var price: ExactDecimal

    static let schema = Schema(Field("symbol", \.symbol), Field("price", \.price), make: Tick.init)
}

struct OrderRequest: Payload {
    var symbol: Symbol
    var side: Side
    var quantity: Int
    var price: ExactDecimal

    static let schema = Schema(
        Field("symbol", \.symbol),
        Field("side", \.side),
        Field("quantity", \.quantity, .range(1...1_000_000)),
        Field("price", \.price, .positive, .max(1_000_000)),
        make: OrderRequest.init)
}

struct Order: Payload {
    var id: Int
    var request: OrderRequest

    static let schema = Schema(Field("id", \.id), Field("order", \.request), make: Order.init)
}
