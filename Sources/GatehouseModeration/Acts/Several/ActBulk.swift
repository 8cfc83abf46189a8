import Gatehouse
import GatehouseAudit
import GatehouseJSON

/// `act.bulk`: one verb upon up to 200 subjects, with one result for each (MOD-11). Each item is an act of its own: decided, recorded and
/// taken back by itself.
struct ActBulk: Act {
    static let verb = AdminVerb.actBulk
    static let most = 200

    var requestID: String
    var reason: String
    /// The verb of all items.
    var item: String
    /// Their payloads, without `request_id`, `reason` and `dry_run`.
    var items: [JSONValue]
    var dryRun: Bool

    static let schema = Schema(
        Field("request_id", \.requestID, .ulid),
        Field("reason", \.reason, .length(1...512)),
        Field("verb", \.item, .length(1...64)),
        Field("items", \.items, .count(1...most)),
        Field("dry_run", \.dryRun, default: false),
        make: ActBulk.init
    )

    var subject: ActSubject { ActSubject(reference: item) }
    var isConfinedByParts: Bool { true }

    /// The acts that bulk is for: what concerns the server as a whole is done by itself.
    private static let verbs: Set<AdminVerb> = [
        .sessionKick, .roomEvict, .roomLock, .roomUnlock, .roomSlow, .userMute, .userUnmute, .userReauth, .noteAdd, .banAdd, .banRemove,
        .tokenRevoke, .messageRedact, .reportClaim, .reportResolve,
    ]

    func check(_ making: ActMaking) async throws {
        guard AdminVerb(rawValue: item).map({ Self.verbs.contains($0) }) == true else {
            let verbs = Self.verbs.map(\.rawValue).sorted().joined(separator: ", ")
            throw GatewayError(.invalid, "verb is one of: \(verbs)")
        }
        guard try await making.right(to: item).isAllowed else { throw GatewayError(.forbidden, "Forbidden resource") }
    }

    /// Rehearses each item, and counts those that would be made.
    func preview(_ making: ActMaking) async throws -> JSONObject { try await makeItems(making, isRehearsal: true) }

    func effect(_ making: ActMaking) async throws -> JSONObject { try await makeItems(making, isRehearsal: false) }

    private func makeItems(_ making: ActMaking, isRehearsal: Bool) async throws -> JSONObject {
        var results: [JSONValue] = []
        var made = 0
        for (index, payload) in items.enumerated() {
            do {
                let answer = try await makeItem(payload, index, making, isRehearsal)
                made += 1
                results.append(.object((["status": "ok"] as JSONObject).merging(answer)))
            } catch {
                results.append(.object(Self.failure(error)))
            }
        }
        return ["made": .integer(Int64(made)), "failed": .integer(Int64(items.count - made)), "results": .array(results)]
    }

    private func makeItem(_ payload: JSONValue, _ index: Int, _ making: ActMaking, _ isRehearsal: Bool) async throws -> JSONObject {
        guard var object = payload.objectValue else { throw GatewayError(.invalid, "An item is an object") }
        for member in ["request_id", "reason", "dry_run"] where object[member] != nil {
            throw GatewayError(.invalid, "\(member) stands beside the items, for all of them")
        }
        // The same for each repeat, so that an item that was made is not made again.
        object["request_id"] = .string(making.request.advanced(by: UInt64(clamping: index) + 1).description)
        object["reason"] = .string(reason)
        if isRehearsal { object["dry_run"] = true }
        let act = try ActCodec.act(item, .object(object))
        return try await ActRunner(gateway: making.gateway).make(act, try making.context)
    }

    private static func failure(_ error: any Error) -> JSONObject {
        switch error {
        case let error as GatewayError:
            return ["status": "error", "code": .string(error.code.description), "message": .string(error.message)]
        case let error as ValidationError:
            let first = error.violations.first.map { "\($0.path): \($0.message)" } ?? ""
            return ["status": "error", "code": "invalid", "message": .string(first)]
        default:
            return ["status": "error", "code": "internal", "message": "Internal server error"]
        }
    }
}
