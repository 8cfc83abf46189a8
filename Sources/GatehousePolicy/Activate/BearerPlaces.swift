import GatehouseNetwork

/// The places that the bearer of a token may connect from. The bearer chooses address and transport, so a gain in one place is a gain
/// (POL-44).
struct BearerPlaces {
    let subject: Subject
    /// The rules of both bundles.
    let rules: [PolicyRule]

    /// The subject in every place that the rules can tell apart, the present one first.
    var subjects: [Subject] {
        let conditions = rules.flatMap { [$0.when, $0.unless].compactMap { $0 } }
        let blocks = conditions.flatMap { $0.ip ?? [] }
        // Between two edges of blocks all addresses are alike.
        var addresses: [IPAddress?] = [subject.ip]
        if !blocks.isEmpty {
            let edges = Set(blocks.flatMap { [$0.base, $0.following].compactMap { $0 } } + [IPAddress(high: 0, low: 0)])
            addresses += edges.subtracting([subject.ip].compactMap { $0 }).map(Optional.some)
        }
        var transports = [subject.transport]
        if conditions.contains(where: { $0.transports != nil }) {
            transports += [TransportName.websocket, .polling].filter { $0 != subject.transport }
        }
        return addresses.flatMap { address in
            transports.map { transport in
                var other = subject
                other.ip = address
                other.transport = transport
                return other
            }
        }
    }
}
