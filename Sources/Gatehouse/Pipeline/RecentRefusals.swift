package import GatehouseAudit
import GatehouseJSON
package import GatehousePolicy
import NIOConcurrencyHelpers

/// A refusal for explanations to staff (POL-32): the request and its record. No token and no payload.
package struct Refusal: Sendable {
    /// The record as it went into the audit log, without its actor.
    package let record: AuditRecord
    /// `nil` where no token was accepted, or the rules in force no longer know its issuer.
    package let subject: Subject?
    /// The action that the rules decided; `nil` if something else refused, such as a rate.
    package let action: PolicyAction?
    /// Milliseconds since 1970.
    package let time: Int64
    /// The handle of the refused connection; `nil` where there was none yet.
    package let session: String?

    package init(_ record: AuditRecord, subject: Subject?, action: PolicyAction?, time: Int64, session: String? = nil) {
        self.session = session
        var record = record
        record.actor = nil
        self.record = record
        self.subject = subject
        self.action = action
        self.time = time
    }

    /// About how much memory it takes: the texts and claims of a peer, and something for the rest.
    var bytes: Int {
        let texts = [record.target?.event, record.target?.room, subject?.sub, subject?.origin.text]
        return 1_024 + 3 * texts.reduce(0) { $0 + ($1?.utf8.count ?? 0) } + (subject?.claims?.approximateBytes ?? 0)
    }
}

/// The latest refusals, bounded by their number and by their bytes: the oldest make way. A value; ``RecentRefusals`` guards it.
struct RefusalRing: Sendable {
    private let limit: Int
    private var slots: [Refusal?]
    private var oldest = 0
    private(set) var count = 0
    private(set) var bytes = 0

    init(capacity: Int, bytes limit: Int) {
        self.limit = limit
        slots = Array(repeating: nil, count: max(1, capacity))
    }

    mutating func keep(_ refusal: Refusal) {
        let size = refusal.bytes
        guard size <= limit else { return }
        while count == slots.count || (count > 0 && bytes + size > limit) { dropOldest() }
        slots[(oldest + count) % slots.count] = refusal
        count += 1
        bytes += size
    }

    private mutating func dropOldest() {
        bytes -= slots[oldest]?.bytes ?? 0
        slots[oldest] = nil
        oldest = (oldest + 1) % slots.count
        count -= 1
    }

    subscript(decision: ULID) -> Refusal? {
        slots.lazy.compactMap { $0 }.first { $0.record.decision?.id == decision }
    }

    /// The latest refusals that are meant, the latest first.
    func latest(_ limit: Int, where isMeant: (Refusal) -> Bool) -> [Refusal] {
        var found: [Refusal] = []
        for age in (0..<count).reversed() where found.count < limit {
            if let refusal = slots[(oldest + age) % slots.count], isMeant(refusal) { found.append(refusal) }
        }
        return found
    }
}

/// The latest refusals of a node. Kept for the first of each kind that the audit log does not fold, so a flood of the same one writes here no
/// more than it does there. Any thread may ask.
package final class RecentRefusals: Sendable {
    private let ring: NIOLockedValueBox<RefusalRing>

    init(capacity: Int = 1_024, bytes: Int = 4 << 20) { ring = NIOLockedValueBox(RefusalRing(capacity: capacity, bytes: bytes)) }

    func keep(_ refusal: Refusal) { ring.withLockedValue { $0.keep(refusal) } }

    package subscript(decision: ULID) -> Refusal? { ring.withLockedValue { $0[decision] } }

    /// The latest refusals that are meant, the latest first. `isMeant` is called for each of them under a lock: it must be quick.
    package func latest(_ limit: Int, where isMeant: (Refusal) -> Bool) -> [Refusal] {
        ring.withLockedValue { $0.latest(limit, where: isMeant) }
    }
}

extension ServerRuntime {
    /// A remembered refusal with the part of every rule; the latter is `nil` if no rule decided, or if those policies are no longer kept.
    package func account(of decision: ULID) -> (refusal: Refusal, explanation: Explanation?)? {
        guard let refusal = refusals[decision] else { return nil }
        guard let action = refusal.action, let subject = refusal.subject, let namespace = refusal.record.target?.namespace,
            let policy = refusal.record.decision.flatMap({ policies.bundle(generation: $0.generation) })?.namespace(namespace)
        else { return (refusal, nil) }
        return (refusal, policy.explain(action, subject: subject, now: refusal.time / 1_000))
    }
}

extension JSONValue {
    /// The approximate memory of a value. The parser bounds its depth; the walk is not recursive.
    fileprivate var approximateBytes: Int {
        var (bytes, left) = (0, [self])
        while let value = left.popLast() {
            bytes += 64
            switch value {
            case .string(let text): bytes += text.utf8.count
            case .array(let items): left += items
            case .object(let object):
                for member in object.members {
                    bytes += member.key.utf8.count
                    left.append(member.value)
                }
            default: break
            }
        }
        return bytes
    }
}
