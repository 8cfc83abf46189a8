import Logging

/// Notices that policy files have changed, and has them read again once they have been left alone for half a second (POL-40).
struct PolicyWatch: Sendable {
    /// How long files must be unchanged, so that several writes are read together.
    static let settle: Duration = .milliseconds(500)

    let directory: String
    let reload: PolicyReload
    /// The state of the files before the policies in force were read; later changes have not been read.
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
                // Both logs have the error. Files with errors are read again when they change; a change that could not be recorded is tried
                // again.
                if error.code == .auditUnavailable { change.forget() }
            }
        }
    }
}

/// Detects when a change of files is complete. Pure.
struct SettledChange {
    private var known: DirectoryFingerprint?
    private var pending: (seen: DirectoryFingerprint, since: Duration)?
    private let settle: Duration

    init(_ known: DirectoryFingerprint?, settle: Duration) {
        self.known = known
        self.settle = settle
    }

    /// The last reported change was not taken: reports it again after the settling time.
    mutating func forget() { known = nil }

    /// - Parameter now: time since any fixed instant.
    /// - Returns: whether the files differ from the last report, and were unchanged for the settling time.
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
