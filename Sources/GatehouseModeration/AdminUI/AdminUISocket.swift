import Gatehouse
import GatehouseJSON

/// A socket as the Admin UI shows it: `SerializedSocket`. There is nothing in it that a client has proved itself with: no `auth`, no header
/// field, no query, no claim.
enum AdminUISocket {
    /// The most sessions, and about the most bytes, of one `all_sockets`. The console and `session.list` have pages.
    static let most = 1_000
    private static let bytes = 192 << 10
    private static let rooms = 64

    /// Each socket of the sessions, as far as there is room.
    static func list(_ sessions: [SessionSnapshot]) -> [JSONValue] {
        var (list, left) = ([JSONValue](), bytes)
        for session in sessions {
            for socket in session.sockets {
                guard left > 0 else { return list }
                let json = json(
                    session.reference, in: socket.namespace.name, user: socket.principal.user, address: session.address,
                    transport: session.transport, since: session.since, rooms: Array(socket.rooms.prefix(rooms)))
                list.append(json)
                left -= json.serialized.utf8.count
            }
        }
        return list
    }

    /// - Parameter since: milliseconds since 1970.
    static func json(
        _ reference: String, in namespace: String, user: UserID?, address: String, transport: String, since: Int64, rooms: [String]
    ) -> JSONValue {
        var data = JSONObject()
        if let user { data["user"] = .object(user.json) }
        return [
            "id": .string(reference), "clientId": .string(reference), "transport": .string(transport), "nsp": .string(namespace),
            "data": .object(data),
            "handshake": [
                "address": .string(address), "headers": [:], "query": [:], "issued": .integer(since), "time": .string(timestamp(since)),
            ],
            // Each socket is in a room of its own, in this protocol.
            "rooms": .array(([reference] + rooms).map { .string($0) }),
        ]
    }

    static func timestamp(_ milliseconds: Int64) -> String { Instant(milliseconds: milliseconds).description }
}
