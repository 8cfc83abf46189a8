import EngineIO
import NIOCore

/// Drops what a namespace has kept for too long, also when nothing happens there, and keeps alive what other nodes may take up. Bound to one event loop.
final class RecoverySweep: DeadlineTarget {
    private unowned let namespace: LocalNamespace
    private unowned let loop: EngineLoop
    private let space: RecoverySpace

    init(_ namespace: LocalNamespace, _ space: RecoverySpace, on loop: EngineLoop) {
        self.namespace = namespace
        self.space = space
        self.loop = loop
    }

    /// When to look next; `nil` if there is nothing to look after. Sessions that other nodes may take up are looked after each second, so
    /// that their writing is spread.
    static func due(_ namespace: LocalNamespace, _ space: RecoverySpace, at now: NIODeadline) -> NIODeadline? {
        let next = space.sweep(at: now)
        guard space.isShared, !namespace.everyone.members.isEmpty else { return next }
        return min(next ?? .distantFuture, now + .seconds(1))
    }

    func deadlineReached(_ now: NIODeadline) {
        if space.isShared { namespace.everyone.members.first?.connection.loop.saveAll(of: namespace) }
        if let next = Self.due(namespace, space, at: now) {
            _ = loop.schedule(self, at: next)
        } else {
            namespace.recoverySweep = nil
        }
    }
}

@available(*, unavailable)
extension RecoverySweep: Sendable {}
