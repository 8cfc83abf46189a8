import Gatehouse
import SocketIO

/// `drain`: the server accepts nobody any more, tells its clients to go elsewhere, and stops.
struct Drain: Act {
    static let verb = AdminVerb.drain

    var requestID: String
    var reason: String
    var deadline: Int64
    var dryRun: Bool

    static let schema = Schema(
        Field("request_id", \.requestID, .ulid),
        Field("reason", \.reason, .length(1...512)),
        Field("deadline_s", \.deadline, .range(0...300)),
        Field("dry_run", \.dryRun, default: false),
        make: Drain.init
    )

    var subject: ActSubject { ActSubject() }

    func preview(_ making: ActMaking) async throws -> JSONObject {
        ["closing": .integer(Int64(try await making.directory.count(SessionFilter())))]
    }

    func effect(_ making: ActMaking) async throws -> JSONObject {
        ["closing": .integer(Int64(try await making.directory.count(SessionFilter())))]
    }

    /// The stop ends the session that asks, too.
    func afterwards(_ making: ActMaking) async { making.runtime.drain(within: .seconds(deadline)) }
}
