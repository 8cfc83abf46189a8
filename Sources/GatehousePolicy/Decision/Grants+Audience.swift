package import GatehouseJSON

extension Grants {
    /// Stands for the receive rights of a session: sessions with equal classes (of the same generation) get the same answers from
    /// `decideReceive`, so that a broadcast asks once a class (POL-11). Nil where the answer depends on the clock too.
    package struct ReceiveClass: Sendable, Hashable {
        let generation: UInt64
        let bits: [UInt64]
    }

    package var receiveClass: ReceiveClass? {
        let tables = [namespace.tables.globalDeny, namespace.tables.receiveDeny, namespace.tables.receiveAllow]
        var own: [UInt64] = []
        for table in tables {
            guard table.entries.allSatisfy({ $0.whenMaxAge < 0 && $0.unlessMaxAge < 0 }) else { return nil }
            own += bits[table.bitOffset..<(table.bitOffset + table.bitCount)]
        }
        return ReceiveClass(generation: generation, bits: own)
    }
}

/// The rooms that an allowed event may act on (`scope: { rooms_claim }`, MOD-22).
package enum RoomScope: Sendable, Equatable {
    /// The rule has no scope, or the token has no such claim.
    case unrestricted
    /// These rooms only. Empty where the claim is there but is not an array of strings.
    case rooms([String])

    package func includes(_ room: String) -> Bool {
        switch self {
        case .unrestricted: true
        case .rooms(let rooms): rooms.containsBytes(of: room)
        }
    }
}

extension NamespacePolicy {
    /// The scope that an allowed event is confined to. An event that reaches beyond rooms (a user, a node) is only for `.unrestricted`.
    package func roomScope(_ decision: Decision, claims: JSONValue?) -> RoomScope {
        guard let pointer = decision.allowedBy.flatMap({ rule($0)?.roomsClaim }) else { return .unrestricted }
        guard let value = claims?.value(at: pointer) else { return .unrestricted }
        guard case .array(let items) = value else { return .rooms([]) }
        let rooms = items.compactMap(\.stringValue)
        return .rooms(rooms.count == items.count ? rooms : [])
    }
}
