import Gatehouse
import GatehouseJSON
import SocketIO

/// `announce`: a text for everyone, a namespace, or a room.
struct Announce: LiveAct {
    static let verb = AdminVerb.announce
    /// Nobody needs old news.
    static var lifetime: Int64? { 60_000 }

    enum Level: String, PayloadEnum { case info, warning, critical }

    var requestID: String
    var reason: String
    var ns: String?
    var room: String?
    var level: Level
    var message: String
    var dryRun: Bool

    static let schema = Schema(
        Field("request_id", \.requestID, .ulid),
        Field("reason", \.reason, .length(1...512)),
        Field("ns", \.ns, .length(1...128)),
        Field("room", \.room, .length(1...256)),
        Field("level", \.level, default: .info),
        Field("text", \.message, .length(1...2_000)),
        Field("dry_run", \.dryRun, default: false),
        rules: Self.rules,
        make: Announce.init
    )

    private static let rules: [CrossFieldRule<Announce>] = [
        CrossFieldRule("namespaceNeeded", at: "room", "needs ns beside it") { $0.room == nil || $0.ns != nil }
    ]

    var subject: ActSubject { ActSubject(ns: ns, room: room) }

    private func audience(_ node: ActNode) throws -> SessionDirectory.Audience {
        SessionDirectory.Audience(namespace: try ns.map { try node.served($0) }, room: room)
    }

    func check(_ making: ActMaking) async throws { _ = try audience(making.node) }

    func preview(_ making: ActMaking) async throws -> JSONObject {
        ["delivered": .integer(Int64(try await making.directory.count(try audience(making.node))))]
    }

    func effect(on node: ActNode) async throws -> JSONObject {
        let announcement = Announcement(level: level, text: message, id: requestID)
        let delivered = try await node.directory.announce(.announcement, announcement, to: try audience(node))
        return ["delivered": .integer(Int64(delivered))]
    }
}

/// The payload of `system.announcement`.
struct Announcement: JSONEncodable, Sendable {
    let level: Announce.Level
    let text: String
    let id: String

    func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.member("level", level.rawValue)
            $0.member("text", text)
            $0.member("id", id)
        }
    }
}
