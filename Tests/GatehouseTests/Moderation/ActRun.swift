import GatehouseAudit
import GatehouseJSON
import GatehouseTestSupport
import GatehouseTesting
import NIOConcurrencyHelpers
import NIOCore

@testable import Gatehouse
@testable import GatehouseModeration

/// A random run of acts by several staff upon few users and rooms, so that they meet.
final class ActRun: Sendable {
    struct Drawn: Sendable {
        let staff: Int
        let verb: String
        let payload: JSONObject
    }

    private let server: TestServer
    private let staff = NIOLockedValueBox<[SocketIOClient]>([])
    private let users = NIOLockedValueBox<[SocketIOClient]>([])
    /// The answers' ids that later acts are about.
    private let known = NIOLockedValueBox<[String: [JSONValue]]>([:])
    /// How many acts were made; others were refused, as there was nothing to act on.
    let done = NIOLockedValueBox(0)

    init(_ server: TestServer) { self.server = server }

    func begin() async throws {
        for number in 0..<4 {
            let client = try await ActScript.staff(server, "boss\(number)", "admin")
            staff.withLockedValue { $0.append(client) }
            let user = try await server.join("reporter\(number)")
            users.withLockedValue { $0.append(user) }
        }
    }

    func draw(_ index: Int, _ random: inout SeededRandom) -> Drawn {
        let user = ActScript.user("u\(Int.random(in: 0..<6, using: &random))")
        let room: JSONValue = .string("r\(Int.random(in: 0..<4, using: &random))")
        let seconds: JSONValue = .integer(Int64.random(in: 30...900, using: &random))
        func one(_ name: String) -> JSONValue {
            known.withLockedValue { $0[name] }?.randomElement(using: &random) ?? .string(ActScript.id())
        }
        let acts: [(String, JSONObject)] = [
            ("user.mute", ["user": user, "duration_s": seconds, "shadow": .bool(Bool.random(using: &random))]),
            ("user.mute", ["user": user, "ns": "/", "room": room, "duration_s": seconds]), ("user.unmute", ["user": user]),
            ("room.lock", ["ns": "/", "room": room, "mode": "closed", "duration_s": seconds]), ("room.lock", ["ns": "/", "room": room]),
            ("room.unlock", ["ns": "/", "room": room]), ("room.slow", ["ns": "/", "room": room, "interval_s": 5, "duration_s": seconds]),
            ("room.slow", ["ns": "/", "room": room, "interval_s": 0]), ("ban.add", ["kind": "user", "user": user, "duration_s": seconds]),
            ("ban.add", ["kind": "cidr", "value": "192.0.2.0/24", "scope": ["ns": "/side"]]), ("ban.remove", ["ban_id": one("ban_id")]),
            ("note.add", ["user": user, "text": "a \u{2028} note"]), ("note.remove", ["note_id": one("note_id")]),
            ("token.revoke", ["user": user]), ("user.reauth", ["user": user, "within_s": seconds]), ("announce", ["text": "hello"]),
            ("message.redact", ["ns": "/", "room": room, "message_id": "m1"]), ("report.claim", ["report_id": one("report_id")]),
            ("report.resolve", ["report_id": one("report_id"), "outcome": "upheld"]), ("act.undo", ["audit_seq": one("audit_seq")]),
            ("act.undo", ["audit_seq": one("audit_seq")]), ("drain", ["deadline_s": 1]), ("report", ["user": user, "reason": "spam"]),
        ]
        let (verb, payload) = acts[Int.random(in: 0..<acts.count, using: &random)]
        return Drawn(staff: index % 4, verb: verb, payload: payload)
    }

    func make(_ act: Drawn) async throws {
        let answer: JSONValue
        if act.verb == "report" {
            answer = try await ReportScript.report(users.withLockedValue { $0[act.staff] }, act.payload)
        } else {
            answer = try await ActScript.act(staff.withLockedValue { $0[act.staff] }, act.verb, act.payload)
        }
        guard answer["status"] == nil else { return }
        done.withLockedValue { $0 += 1 }
        known.withLockedValue { known in
            for name in ["ban_id", "note_id", "report_id", "audit_seq"] {
                if let value = answer[name] { known[name, default: []].append(value) }
            }
        }
    }
}
