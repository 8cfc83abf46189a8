import EngineIO
import NIOCore

/// Drops what a namespace has kept for too long, also when nothing happens there. Bound to one event loop.
final class RecoverySweep: DeadlineTarget {
    private unowned let namespace: LocalNamespace
    private unowned let loop: EngineLoop
    private let space: RecoverySpace

    init(_ namespace: LocalNamespace, _ space: RecoverySpace, on loop: EngineLoop) {
        self.namespace = namespace
        self.space = space
        self.loop = loop
    }

    func deadlineReached(_ now: NIODeadline) {
        if let next = space.sweep(at: now) {
            _ = loop.schedule(self, at: next)
        } else {
            namespace.recoverySweep = nil
        }
    }
}

@available(*, unavailable)
extension RecoverySweep: Sendable {}
