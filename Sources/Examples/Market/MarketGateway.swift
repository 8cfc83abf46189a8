import Gatehouse

struct MarketGateway: Gateway {
    static let namespace: Namespace = "/market"
    let market: Market

    func routes(_ on: inout Routes) {
        on("subscribe", subscribe).arguments(EventArgument("symbols", .count(1...10), .unique()))
        on("unsubscribe", unsubscribe)
        on("order", order)
        on("cancel", cancel)
        on.emits(Tick.self)
    }

    func willStart(_ server: ServerHandle) async throws {
        server.every(.milliseconds(200)) {
            for tick in market.move() { try server.of(Self.namespace).to(room(of: tick.symbol)).volatile.emit(tick) }
        }
    }

    /// Answers with the present prices; each change comes as `tick`.
    func subscribe(_ symbols: [Symbol], _ context: EventContext) throws -> [Tick] {
        let snapshot = try symbols.map(market.latest)
        for symbol in symbols { try context.client.join(room(of: symbol)) }
        return snapshot
    }

    func unsubscribe(_ symbol: Symbol, _ context: EventContext) throws -> Bool { try context.client.leave(room(of: symbol)) }

    func order(_ request: OrderRequest, _ context: EventContext) throws -> Order {
        _ = try market.latest(request.symbol)
        return market.place(request, for: try context.user)
    }

    func cancel(_ id: Int, _ context: EventContext) throws -> Order { try market.cancel(id, of: try context.user) }

    private func room(of symbol: Symbol) throws -> RoomName {
        guard let room = RoomName("symbol:\(symbol.rawValue)") else { throw GatewayError(.invalid, "no room") }
        return room
    }
}
