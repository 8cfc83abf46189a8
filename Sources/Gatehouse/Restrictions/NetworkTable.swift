import GatehouseNetwork

/// Values by network: one table for each length of prefix that occurs, so a lookup costs as many steps as there are lengths, however many
/// networks there are.
struct NetworkTable<Value: Sendable>: Sendable {
    /// From the longest prefix on.
    private var lengths: [Int] = []
    private var values: [Int: [IPAddress: [Value]]] = [:]

    mutating func insert(_ value: Value, for network: CIDR) {
        if values[network.prefix] == nil { lengths = (lengths + [network.prefix]).sorted(by: >) }
        values[network.prefix, default: [:]][network.base, default: []].append(value)
    }

    /// The first value of the networks that hold an address, from the narrowest network on.
    func first(holding address: IPAddress, where isWanted: (Value) -> Bool) -> Value? {
        for length in lengths {
            if let found = values[length]?[address.masked(to: length)]?.first(where: isWanted) { return found }
        }
        return nil
    }
}

extension IPAddress {
    /// The first address of the block of this length that the address is in.
    fileprivate func masked(to length: Int) -> IPAddress {
        IPAddress(
            high: length >= 64 ? high : length <= 0 ? 0 : high & .max << UInt64(64 - length),
            low: length >= 128 ? low : length <= 64 ? 0 : low & .max << UInt64(128 - length))
    }
}
