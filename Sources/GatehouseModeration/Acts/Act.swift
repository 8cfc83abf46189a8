import Gatehouse
import GatehouseAudit
import GatehouseJSON
import NIOCore

/// A change that staff ask for, as data (MOD-60): it can be compared with its repeat, rehearsed, stored until another person grants it, made
/// in bulk, and found in the audit log with all its parameters. ``ActRunner`` makes it, in the order of MOD-32.
protocol Act: Payload {
    static var verb: AdminVerb { get }

    /// A ULID: a repeat gets the first answer (MOD-10).
    var requestID: String { get set }
    /// Why; for the audit log.
    var reason: String { get set }
    /// Whether to count only (MOD-33).
    var dryRun: Bool { get }
    /// What it is about.
    var subject: ActSubject { get }

    /// Whether it stands for other acts, and asks itself whether the actor's right is confined to rooms.
    var isConfinedByParts: Bool { get }

    /// Further details for the records, in words that are found easily.
    var detail: AuditDetail { get }
    /// The act as the audit log has it: without what must not stand there.
    func recorded(with key: AuditKey) -> Self

    /// Refuses the act: whom it concerns has too high a rank, or there is nothing to act on.
    func check(_ making: ActMaking) async throws
    /// The counts that the effect would have now.
    func preview(_ making: ActMaking) async throws -> JSONObject
    /// What is to be kept, or no longer.
    func changes(_ making: ActMaking) async throws -> [StateChange]
    /// The act that this one takes back.
    func undoes(_ making: ActMaking) async throws -> KeptRequest?
    /// The parts of the answer that are known once the changes are kept.
    func settled(_ changes: [StateChange]) -> JSONObject
    /// What happens to open sessions, with the changes in force. It may be repeated after a failure.
    /// - Returns: the other parts of the answer.
    func effect(_ making: ActMaking) async throws -> JSONObject
    /// What begins once the act is recorded and answered.
    func afterwards(_ making: ActMaking) async
}

extension Act {
    var isConfinedByParts: Bool { false }
    var detail: AuditDetail { [:] }

    func recorded(with key: AuditKey) -> Self { self }

    func check(_ making: ActMaking) async throws {}
    func undoes(_ making: ActMaking) async throws -> KeptRequest? { nil }
    func preview(_ making: ActMaking) async throws -> JSONObject { [:] }
    func changes(_ making: ActMaking) async throws -> [StateChange] { [] }
    func settled(_ changes: [StateChange]) -> JSONObject { [:] }
    func afterwards(_ making: ActMaking) async {}

    /// The payload as text: for the log, the store, and to tell a repeat from another request.
    var text: String {
        get throws {
            var buffer = ByteBuffer()
            try encode(into: &buffer)
            return String(buffer: buffer)
        }
    }
}

/// What an act is about, for the log and for staff whose right is confined to rooms.
struct ActSubject: Sendable {
    var ns: String?
    var room: String?
    var user: UserReference?
    /// A session, a network.
    var reference: String?
    /// A token.
    var jti: String?

    var target: AuditTarget {
        AuditTarget(namespace: ns, room: room, issuer: user?.iss, subject: user?.sub, reference: reference)
    }

    /// Whether it concerns these rooms only (MOD-22): an act upon a user everywhere concerns all.
    func isConfined(to rooms: [String]) -> Bool { room.map { rooms.contains($0) } ?? false }
}
