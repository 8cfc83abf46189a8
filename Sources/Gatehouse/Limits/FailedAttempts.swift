import GatehousePolicy

/// What one address has done with tokens that were refused (SEC-42, AC-37). Pure: time comes in as nanoseconds of a clock that never goes
/// back.
struct FailedAttempts: KeyedDebt {
    /// Failures in a row, as far as they are not forgiven.
    private(set) var run: Int32 = 0
    /// When the next attempt is looked at.
    private(set) var readyAt: Int64 = .min
    /// Before that instant no further success forgives anything.
    private var easedUntil: Int64 = .min
    /// Attempts, for the ban.
    private var attempts = ViolationWindow()

    init() {}

    var settledAt: Int64 { readyAt }

    /// Whoever takes this place over waits as long, but is not banned for what others did.
    var inherited: FailedAttempts {
        var copy = self
        copy.attempts = ViolationWindow()
        return copy
    }

    /// Nanoseconds until an attempt is looked at; 0 if it is now.
    func wait(now: Int64) -> Int64 { readyAt > now ? readyAt.subtractingClamped(now) : 0 }

    /// A token was refused.
    /// - Returns: whether the address is to be banned.
    mutating func fail(_ rule: FailedAuthPenalty, now: Int64) -> Bool {
        // A window's quiet after the last delay, and it is no row any more.
        if readyAt.addingClamped(rule.window) <= now { run = 0 }
        run = run == .max ? .max : run + 1
        readyAt = max(readyAt, now.addingClamped(rule.delay(afterRun: Int(run))))
        return count(rule, now: now)
    }

    /// An attempt came before its time. It makes the delay no longer, so that a client that is told when to come back, and does, gets in.
    /// - Returns: whether the address is to be banned.
    mutating func tooEarly(_ rule: FailedAuthPenalty, now: Int64) -> Bool {
        readyAt = max(readyAt, now)
        return count(rule, now: now)
    }

    /// A token was good. That halves the run and does not end it, and it does so once in the longest delay: who has one good token must not
    /// buy free guesses with it.
    mutating func succeed(_ rule: FailedAuthPenalty, now: Int64) {
        guard run > 0, easedUntil <= now else { return }
        run /= 2
        easedUntil = now.addingClamped(rule.maxDelay)
    }

    /// The ban begins a new count: what led to it does not lead to the next one.
    private mutating func count(_ rule: FailedAuthPenalty, now: Int64) -> Bool {
        guard attempts.count(now: now, length: rule.window) >= rule.banAfter else { return false }
        attempts = ViolationWindow()
        return true
    }
}
