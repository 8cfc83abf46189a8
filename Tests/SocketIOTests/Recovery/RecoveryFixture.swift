import EngineIO
import GatehouseJSON
import NIOCore

@testable import SocketIO

/// Short ways to write events and sessions of one namespace.
enum RecoveryFixture {
    static let settings = RecoverySettings(window: .seconds(120), bytes: 100_000, messages: 100)

    static func time(_ seconds: UInt64) -> NIODeadline { .uptimeNanoseconds(seconds * 1_000_000_000) }

    static func place(_ position: UInt64, _ epoch: UInt64 = 1, read: UInt64? = nil) -> RecoveryOffset {
        RecoveryOffset(epoch: epoch, position: position, shared: read.map { SharedPosition(time: $0, sequence: 0) })
    }

    static func event(
        _ name: String = "said", to rooms: [String] = [], except: [String] = [], only: [SocketID] = [], volatile: Bool = false,
        size: Int = 10, offsetLength: Int = RecoveryOffset.length
    ) -> Broadcast {
        let definition = NamespaceDefinition("/chat", index: 0)
        return Broadcast(
            namespace: definition, event: name,
            message: .text { buffer in
                buffer.writeString("2/chat,[\"" + name + "\",\"" + String(repeating: "x", count: size) + "\"")
                buffer.writeBytes(RecoveryOffset.placeholder(offsetLength))
                buffer.writeString("]")
            }, target: BroadcastTarget(rooms: rooms, sockets: only, except: except), isVolatile: volatile, recovery: RecoverySpace())
    }

    static func session(
        _ pid: Bits128 = .random(), owner: String = "alice", socket: SocketID = SocketID(), epoch: UInt64 = 1,
        rooms: [(String, UInt64)] = [], since: UInt64 = 0, lastSent: UInt64? = nil, end: UInt64 = 0, at seconds: UInt64 = 0
    ) -> RecoverySession {
        RecoverySession(
            pid: pid, owner: Array(owner.utf8), socket: socket,
            rooms: rooms.map { RecoverySession.Room(name: $0.0, isByServer: false, since: place($0.1, epoch)) },
            since: place(since, epoch), lastSent: lastSent.map { place($0, epoch) }, seen: place(end, epoch), time: time(seconds))
    }
}
