import GatehousePolicy

/// The failed attempts of one address with refused tokens (SEC-42, AC-37). Pure: time comes in as nanoseconds of a clock that never goes
/// back.
struct FailedAttempts: KeyedDebt {
    /// Failures in a row that are not forgiven.
    private(set) var run: Int32 = 0
    /// When the next attempt is checked.
    private(set) var readyAt: Int64 = .min
    /// Until then no further success forgives anything.
    private var easedUntil: Int64 = .min
    /// Attempts, for the ban.
    private var attempts = ViolationWindow()

    init() {}

    var settledAt: Int64 { readyAt }

    /// Nanoseconds until an attempt is checked; 0 for now.
    func wait(now: Int64) -> Int64 { readyAt > now ? readyAt.subtractingClamped(now) : 0 }

    /// A token was refused.
    /// - Returns: whether to ban the address.
    mutating func fail(_ rule: FailedAuthPenalty, now: Int64) -> Bool {
        // A quiet window after the last delay ends the row.
        if readyAt.addingClamped(rule.window) <= now { run = 0 }
        run = run == .max ? .max : run + 1
        readyAt = max(readyAt, now.addingClamped(rule.delay(afterRun: Int(run))))
        return count(rule, now: now)
    }

    /// An attempt came too early. It does not extend the delay, so that a client that comes back at the stated time gets in.
    /// - Returns: whether to ban the address.
    mutating func tooEarly(_ rule: FailedAuthPenalty, now: Int64) -> Bool {
        readyAt = max(readyAt, now)
        return count(rule, now: now)
    }

    /// A token was good. That halves the run, at most once in the longest delay: one good token must not buy free guesses.
    mutating func succeed(_ rule: FailedAuthPenalty, now: Int64) {
        guard run > 0, easedUntil <= now else { return }
        run /= 2
        easedUntil = now.addingClamped(rule.maxDelay)
    }

    /// A ban begins a new count: earlier failures do not lead to the next ban.
    private mutating func count(_ rule: FailedAuthPenalty, now: Int64) -> Bool {
        guard attempts.count(now: now, length: rule.window) >= rule.banAfter else { return false }
        attempts = ViolationWindow()
        return true
    }
}
