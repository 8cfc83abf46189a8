import Gatehouse
import Synchronization

/// Prices and orders. Any thread may call it.
final class Market: Sendable {
    private struct State {
        var prices: [Symbol: ExactDecimal]
        var orders: [Int: (order: Order, user: UserID)] = [:]
        var lastID = 0
        var generator = SystemRandomNumberGenerator()
    }
    private let state: Mutex<State>

    init(_ prices: [Symbol: ExactDecimal]) { state = Mutex(State(prices: prices)) }

    /// - Throws: `app.unknown_symbol`.
    func latest(_ symbol: Symbol) throws -> Tick {
        guard let price = state.withLock({ $0.prices[symbol] }) else {
            throw GatewayError.app("unknown_symbol", "\(symbol.rawValue) is not traded here")
        }
        return Tick(symbol: symbol, price: price)
    }

    /// Moves each price by up to five hundredths.
    func move() -> [Tick] {
        state.withLock { state in
            for (symbol, price) in state.prices {
                let step = ExactDecimal(coefficient: .random(in: -5...5, using: &state.generator), places: 2)
                if let moved = step.flatMap(price.adding), moved > .zero { state.prices[symbol] = moved }
            }
            return state.prices.map { Tick(symbol: $0, price: $1) }
        }
    }

    func place(_ request: OrderRequest, for user: UserID) -> Order {
        state.withLock { state in
            state.lastID += 1
            let order = Order(id: state.lastID, request: request)
            state.orders[order.id] = (order, user)
            return order
        }
    }

    /// - Throws: `not_found` for an order that is not there, and for another's.
    func cancel(_ id: Int, of user: UserID) throws -> Order {
        try state.withLock { state in
            guard let found = state.orders[id], found.user == user else {
                throw GatewayError(.notFound, "You have no order \(id)")
            }
            state.orders[id] = nil
            return found.order
        }
    }
}
