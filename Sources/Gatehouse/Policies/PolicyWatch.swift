import Logging

/// Notices that policy files have changed, and has them read again once they have been left alone for half a second (POL-40).
struct PolicyWatch: Sendable {
    /// How long files must have been left alone: whoever writes several is not read in between.
    static let settle: Duration = .milliseconds(500)

    let directory: String
    let reload: PolicyReload
    /// The files as they were before the policies in force were read from them: a change since then is none that was read.
    let known: DirectoryFingerprint?

    /// Looks at the files twice in the settling time, until its task is cancelled.
    func run() async {
        var change = SettledChange(known, settle: Self.settle)
        let clock = ContinuousClock()
        let start = clock.now
        while !Task.isCancelled {
            do {
                try await Task.sleep(for: Self.settle / 2)
            } catch {
                return
            }
            guard let seen = DirectoryFingerprint(of: directory), change.observe(seen, at: clock.now - start) else { continue }
            do {
                try await reload.reload(by: .fileChange)
            } catch {
                // What is wrong is in the audit log and in the operational one. What is wrong with the files is read again when they change
                // again; that the change could not be recorded says nothing about them.
                if error.code == .auditUnavailable { change.forget() }
            }
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

    /// What was reported last was not taken: it is reported again, once the settling time has passed.
    mutating func forget() { known = nil }

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
