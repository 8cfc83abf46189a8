import GatehouseAudit
import GatehouseNetwork
import GatehouseTesting
import SocketIO
import Testing

@testable import Gatehouse

/// Short ways to write restrictions for `alice` of the test's issuer.
extension UserID {
    static func test(_ subject: String = "alice") -> UserID { UserID(iss: TestTokens.iss, subject: subject) }
}

extension Ban {
    static func user(
        _ subject: String = "alice", _ namespace: Namespace? = nil, room: String? = nil, ends: Int64? = nil
    ) -> Ban {
        Ban(id: ULIDGenerator.shared.next(), subject: .user(.test(subject)), namespace: namespace, room: room, ends: ends)
    }

    static func network(_ text: String, _ namespace: Namespace? = nil, room: String? = nil, ends: Int64? = nil) throws -> Ban {
        let network = try #require(CIDR(text))
        return Ban(id: ULIDGenerator.shared.next(), subject: .network(network), namespace: namespace, room: room, ends: ends)
    }
}

extension Mute {
    static func of(
        _ subject: String = "alice", _ namespace: Namespace? = nil, room: String? = nil, ends: Int64 = .max, shadow: Bool = false
    ) -> Mute {
        Mute(place: Place(user: .test(subject), namespace: namespace, room: room), ends: ends, isShadow: shadow)
    }
}

extension RoomRestriction {
    static func locked(_ room: String, _ mode: LockMode, in namespace: Namespace = "/", ends: Int64? = nil) -> RoomRestriction {
        RoomRestriction(place: Place(namespace: namespace, room: room), lock: Lock(mode: mode, ends: ends))
    }

    static func slow(
        _ room: String, _ interval: Int64, exempt: [String] = [], in namespace: Namespace = "/", ends: Int64? = nil
    ) -> RoomRestriction {
        RoomRestriction(
            place: Place(namespace: namespace, room: room), slow: SlowMode(interval: interval, exemptRoles: exempt, ends: ends))
    }
}

extension TestServer {
    /// Puts restrictions in force.
    func restrict(bans: [Ban] = [], mutes: [Mute] = [], rooms: [RoomRestriction] = []) {
        runtime.restrictions.replace(with: RestrictionSet(bans: bans, mutes: mutes, rooms: rooms))
    }
}
