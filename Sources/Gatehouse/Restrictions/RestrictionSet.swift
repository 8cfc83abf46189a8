package import GatehouseNetwork
package import SocketIO

/// All restrictions in force at one time. Immutable: each event loop reads the one that was current when it last looked (MOD-62).
///
/// A lookup costs the same behind ten entries and behind 100,000. An entry has no effect from its end on, whether or not somebody has
/// removed it (MOD-34): every lookup takes the time, in milliseconds since 1970.
package final class RestrictionSet: Sendable {
    package static let none = RestrictionSet(bans: [], mutes: [], rooms: [])

    package let bans: [Ban]
    package let mutes: [Mute]
    package let rooms: [RoomRestriction]

    private let bannedUsers: [UserID: [Ban]]
    private let bannedNetworks: NetworkTable<Ban>
    private let mutedUsers: [UserID: UserMutes]
    private let restrictedRooms: [Namespace: [String: RoomRestriction]]

    /// Builds what the lookups need, which takes time in proportion to the number: not on an event loop.
    package init(bans: [Ban], mutes: [Mute], rooms: [RoomRestriction]) {
        self.bans = bans
        self.mutes = mutes
        self.rooms = rooms
        var bannedUsers: [UserID: [Ban]] = [:]
        var bannedNetworks = NetworkTable<Ban>()
        for ban in bans {
            switch ban.subject {
            case .user(let user): bannedUsers[user, default: []].append(ban)
            case .network(let network): bannedNetworks.insert(ban, for: network)
            }
        }
        self.bannedUsers = bannedUsers
        self.bannedNetworks = bannedNetworks
        mutedUsers = Dictionary(grouping: mutes) { $0.place.user }.mapValues { UserMutes($0) }
        var restrictedRooms: [Namespace: [String: RoomRestriction]] = [:]
        for room in rooms { restrictedRooms[room.place.namespace, default: [:]][room.place.room] = room }
        self.restrictedRooms = restrictedRooms
    }

    package var isEmpty: Bool { bans.isEmpty && mutes.isEmpty && rooms.isEmpty }

    // MARK: Bans

    /// The ban that keeps a user out of a place: of the node, of a namespace, of a room.
    package func ban(of user: UserID, in namespace: Namespace? = nil, room: String? = nil, now: Int64) -> Ban? {
        guard let bans = bannedUsers[user] else { return nil }
        return bans.first { $0.isInForce(at: now) && $0.keepsOut(of: namespace, room) }
    }

    /// The ban that keeps an address out of a place. An unknown address is in no network.
    package func ban(of address: ClientAddress, in namespace: Namespace? = nil, room: String? = nil, now: Int64) -> Ban? {
        address.ip.flatMap { bannedNetworks.first(holding: $0) { $0.isInForce(at: now) && $0.keepsOut(of: namespace, room) } }
    }

    /// Whether some ban is of a room, so that rooms have to be looked through.
    func hasRoomBan(of user: UserID?, or address: ClientAddress, in namespace: Namespace) -> Bool {
        func isOne(_ ban: Ban) -> Bool { ban.room != nil && ban.namespace == namespace }
        if let user, bannedUsers[user]?.contains(where: isOne) == true { return true }
        return address.ip.flatMap { bannedNetworks.first(holding: $0, where: isOne) } != nil
    }

    // MARK: Senders

    /// The mute of a user that holds in a place. Of several the one that hides least wins, and then the one that ends last.
    package func mute(of user: UserID, in namespace: Namespace, room: String?, now: Int64) -> Mute? {
        mutedUsers[user]?.mute(in: namespace, room: room, now: now)
    }

    /// All mutes of a user.
    func mutes(of user: UserID) -> UserMutes? { mutedUsers[user] }

    // MARK: Rooms

    /// Whether anything is known about rooms of a namespace.
    func restrictsRooms(of namespace: Namespace) -> Bool { restrictedRooms[namespace] != nil }

    package func lock(on room: String, in namespace: Namespace, now: Int64) -> RoomRestriction.Lock? {
        guard let lock = restrictedRooms[namespace]?[room]?.lock, now < lock.ends ?? .max else { return nil }
        return lock
    }

    package func slow(on room: String, in namespace: Namespace, now: Int64) -> RoomRestriction.SlowMode? {
        guard let slow = restrictedRooms[namespace]?[room]?.slow, now < slow.ends ?? .max else { return nil }
        return slow
    }
}
