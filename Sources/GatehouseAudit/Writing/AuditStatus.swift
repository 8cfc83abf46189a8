internal import NIOConcurrencyHelpers
internal import Synchronization

/// State that the writer thread shares with others.
final class AuditStatus: Sendable {
    struct Values: Sendable {
        var health = AuditHealth.healthy
        var head = ChainState()
        var records: UInt64 = 0
        var commits: UInt64 = 0
        var bytes: UInt64 = 0
        var lost: UInt64 = 0
        /// Free space on the volume in per cent; `nil` before the first look.
        var freePercent: Int?
    }

    let alerts = AuditAlerts()
    private let values = NIOLockedValueBox(Values())
    private let closed = Atomic<Bool>(false)
    private let short = Atomic<Bool>(false)
    private let rotation = Atomic<Bool>(false)

    /// Class A must be refused. Read on every class A record, hence beside the lock.
    var isDegraded: Bool { closed.load(ordering: .acquiring) }
    /// New connections must be refused for want of space on the volume (AUD-14).
    var isShortOfSpace: Bool { short.load(ordering: .relaxed) }
    var current: Values { values.withLockedValue { $0 } }

    func setHealth(_ health: AuditHealth) {
        values.withLockedValue { $0.health = health }
        closed.store(health != .healthy, ordering: .releasing)
    }

    func setFreePercent(_ percent: Int) {
        values.withLockedValue { $0.freePercent = percent }
        short.store(percent < 5, ordering: .relaxed)
    }

    func committed(_ head: ChainState, records: Int, bytes: Int) {
        values.withLockedValue { values in
            values.head = head
            values.records &+= UInt64(clamping: records)
            values.bytes &+= UInt64(clamping: bytes)
            values.commits &+= 1
        }
    }

    func wantRotation() { rotation.store(true, ordering: .relaxed) }

    func takeWantedRotation() -> Bool { rotation.exchange(false, ordering: .relaxed) }

    func lost(_ count: UInt64) {
        values.withLockedValue { $0.lost &+= count }
    }
}
