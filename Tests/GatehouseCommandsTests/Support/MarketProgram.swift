import Gatehouse

@testable import GatehouseCommands

/// A program whose contract has every form of argument and answer.
enum MarketProgram {
    static let current = Program(name: "market") { settings in Application(settings.configuration).mount(MarketGateway()) }

    static func contract() async throws -> Contract {
        try await current.application(ServerSettings(), orElse: .badFiles).contract(title: "market", policies: nil)
    }
}

struct Ticker: ConstrainedValue {
    var rawValue: String
    static let constraints: [Constraint<String>] = [.matches(Pattern("ticker", "[A-Z]{1,5}"))]
}

enum Side: String, PayloadEnum { case buy, sell }

struct MarketOrder: Payload {
    var symbol: Ticker
    var side: Side
    var price: ExactDecimal
    var amount: Int
    var note: String?
    static let schema = Schema(
        Field("symbol", \.symbol), Field("side", \.side), Field("price", \.price, .positive),
        Field("amount", \.amount, .range(1...100), default: 1),
        Field("note", \.note, .length(...80)),
        rules: [CrossFieldRule("isCovered", at: "amount", "must be covered") { _ in true }],
        make: MarketOrder.init)
}

struct Quote: Payload {
    var symbol: Ticker
    var price: Double
    static let schema = Schema(Field("symbol", \.symbol), Field("price", \.price), make: Quote.init)
}

enum Notice: TaggedUnion {
    case filled(Filled), halted(Halted)
    static let discriminator = "kind"
    static let cases = [
        UnionCase("filled", make: Notice.filled) { if case .filled(let body) = $0 { body } else { nil } },
        UnionCase("halted", make: Notice.halted) { if case .halted(let body) = $0 { body } else { nil } },
    ]
}

struct Filled: Payload {
    var order: MarketOrder
    static let schema = Schema(Field("order", \.order), make: Filled.init)
}

struct Halted: Payload {
    var since: Instant
    static let schema = Schema(Field("since", \.since), make: Halted.init)
}

struct Confirm: ServerQuestion {
    typealias Answer = Bool
    static let event = "confirm"
    var order: MarketOrder
    static let schema = Schema(Field("order", \.order), make: Confirm.init)
}

struct Legacy: Encodable, Sendable { var text = "as it was" }

struct MarketGateway: Gateway {
    static let namespace: Namespace = "/market"

    func routes(_ on: inout Routes) {
        on("subscribe", subscribe).arguments(EventArgument("symbols", .count(1...50)))
        on("order", order).emits(Notice.self, as: "notice")
        on("move", move).arguments(EventArgument("x"), EventArgument("y", .min(0)))
        on("upload", upload)
        on("room.join", join).emits(RoomName.self, as: "joined")
        on("watch", watch)
        on("legacy", legacy)
        on.emits(Confirm.self)
    }

    func subscribe(_ symbols: [Ticker], _ context: EventContext) -> [Quote] { [] }
    func order(_ order: MarketOrder, _ context: EventContext) async -> MarketOrder { order }
    func move(_ x: Int, _ y: Int?, _ context: EventContext) {}
    func upload(_ image: BinaryAttachment, _ name: String, _ context: EventContext) -> String? { nil }
    func join(_ room: RoomName, _ context: EventContext) -> EventReply<RoomName> { EventReply("joined", room) }
    func legacy(_ context: EventContext) -> Legacy { Legacy() }
    func watch(_ symbol: Ticker, _ context: EventContext) -> AsyncStream<Quote> { AsyncStream { $0.finish() } }
}
