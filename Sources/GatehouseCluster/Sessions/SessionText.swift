#if Redis
    import GatehouseJSON
    import NIOCore
    package import SocketIO

    /// A session as JSON: no token, no claim, and neither the secret that finds it nor whose it is. Pure.
    package enum SessionText {
        /// The longest text that is read.
        static let longest = 1_024 * 1_024
        /// The most rooms that are read; a connection may be in fewer.
        static let rooms = 1_024

        private static let members: Set<String> = ["v", "socket", "since", "seen", "over", "rooms", "last", "got"]

        package static func write(_ session: RecoverySession) -> String {
            var object: JSONObject = [
                "v": 1, "socket": .string(session.socket.description), "since": .string(session.since.description),
                "seen": .string(session.seen.description), "over": .bool(session.isOver),
                "rooms": .array(
                    session.rooms.map { [.string($0.name), .bool($0.isByServer), .string($0.since.description)] }),
            ]
            if let last = session.lastSent { object["last"] = .string(last.description) }
            if !session.earlier.isEmpty { object["got"] = .array(session.earlier.map { .string($0.description) }) }
            return JSONValue.object(object).serialized
        }

        /// - Returns: `nil` for anything but what ``write(_:)`` makes.
        package static func read(_ text: String, pid: Bits128, owner: [UInt8]) -> RecoverySession? {
            guard text.utf8.count <= longest, let object = (try? JSONValue(parsing: text, limits: .maximum))?.objectValue,
                object["v"] == 1, object.keys.allSatisfy({ members.contains($0) }),
                let socket = object["socket"]?.stringValue.flatMap({ SocketID($0) }), let since = place(object["since"]),
                let seen = place(object["seen"]), let isOver = object["over"]?.boolValue, let list = object["rooms"]?.arrayValue,
                list.count <= rooms
            else { return nil }
            var last: RecoveryOffset?
            if let found = object["last"] {
                guard let place = place(found) else { return nil }
                last = place
            }
            var earlier: [RecoveryOffset] = []
            if let found = object["got"] {
                guard let list = found.arrayValue, list.count <= RecoverySession.mostPlaces else { return nil }
                for one in list {
                    guard let place = place(one) else { return nil }
                    earlier.append(place)
                }
            }
            var rooms: [RecoverySession.Room] = []
            for one in list {
                guard let parts = one.arrayValue, parts.count == 3, let name = parts[0].stringValue.flatMap({ RoomName($0) }),
                    let isByServer = parts[1].boolValue, let since = place(parts[2])
                else { return nil }
                rooms.append(RecoverySession.Room(name: name.name, isByServer: isByServer, since: since))
            }
            return RecoverySession(
                pid: pid, owner: owner, socket: socket, rooms: rooms, since: since, lastSent: last, seen: seen, earlier: earlier,
                isOver: isOver, time: .now())
        }

        private static func place(_ value: JSONValue?) -> RecoveryOffset? {
            guard let text = value?.stringValue, let place = RecoveryOffset(text), place.shared != nil else { return nil }
            return place
        }
    }
#endif
