import Logging

/// Notices that policy files have changed, and has them read again once they have been left alone for half a second (POL-40).
struct PolicyWatch: Sendable {
    /// How long files must have been left alone: whoever writes several is not read in between.
    static let settle: Duration = .milliseconds(500)

    let directory: String
    let reload: PolicyReload

    /// Looks at the files twice in the settling time, until its task is cancelled.
    func run() async {
        var change = SettledChange(DirectoryFingerprint(of: directory), settle: Self.settle)
        let clock = ContinuousClock()
        let start = clock.now
        while !Task.isCancelled {
            do {
                try await Task.sleep(for: Self.settle / 2)
            } catch {
                return
            }
            guard let seen = DirectoryFingerprint(of: directory), change.observe(seen, at: clock.now - start) else { continue }
            // What is wrong is in the audit log and in the operational one; the files are read again when they change again.
            _ = try? await reload.reload(by: .fileChange)
        }
    }
}

/// Tells a change that is over from one that may still be under way. Pure.
struct SettledChange {
    private var known: DirectoryFingerprint?
    private var pending: (seen: DirectoryFingerprint, since: Duration)?
    private let settle: Duration

    init(_ known: DirectoryFingerprint?, settle: Duration) {
        self.known = known
        self.settle = settle
    }

    /// - Parameter now: time since any fixed instant.
    /// - Returns: whether what is there differs from what was last reported, and has been the same for the settling time.
    mutating func observe(_ seen: DirectoryFingerprint, at now: Duration) -> Bool {
        guard seen != known else {
            pending = nil
            return false
        }
        guard let pending, pending.seen == seen else {
            pending = (seen, now)
            return false
        }
        guard now - pending.since >= settle else { return false }
        known = seen
        self.pending = nil
        return true
    }
}
