/// What a gateway keeps with each of its clients, in a type of its own: gateways of one namespace cannot get in each other's way.
///
/// ```swift
/// struct MarketGateway: Gateway {
///     struct Watched: ClientData { var symbols: Set<String> = [] }
///
///     func watch(_ symbol: Symbol, _ context: EventContext) {
///         context.client[Watched.self].symbols.insert(symbol.name)
///     }
/// }
/// ```
/// See ``Client/subscript(_:)``.
public protocol ClientData: Sendable {
    /// The initial value. Made at the first access.
    init()
}

/// The data of one client, by their types. Pure.
struct KeptData: Sendable {
    private var values: [ObjectIdentifier: any ClientData] = [:]
    private var isOver = false

    func value<Data: ClientData>(of type: Data.Type) -> Data? { values[ObjectIdentifier(type)] as? Data }

    /// The value that is there, or `fresh`, which is kept from here on.
    mutating func value<Data: ClientData>(orKeeping fresh: Data) -> Data {
        if let known = value(of: Data.self) { return known }
        _ = keep(fresh)
        return fresh
    }

    /// - Returns: the former value, for the caller to let go of.
    mutating func keep<Data: ClientData>(_ value: Data) -> (any ClientData)? {
        isOver ? nil : values.updateValue(value, forKey: ObjectIdentifier(Data.self))
    }

    /// Stops keeping data.
    /// - Returns: what was, for the caller to let go of.
    mutating func end() -> [any ClientData] {
        defer { values = [:] }
        isOver = true
        return Array(values.values)
    }
}
