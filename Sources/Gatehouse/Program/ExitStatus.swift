/// What the commands, and ``Application/main()``, exit with.
package enum ExitStatus: Int32, Sendable, CaseIterable {
    case good = 0
    /// A refusal, or a check that failed.
    case refused = 1
    /// Errors in files, or a log with a torn tail.
    case badFiles = 2
    /// A log about which nothing can be said: what is needed to look at it cannot be read.
    case notVerified = 3
    /// Wrong usage (`EX_USAGE`). ArgumentParser sees to most of it.
    case usage = 64
    /// A server that stopped because its audit log could not be written (`EX_IOERR`).
    case auditOutage = 74
    /// A server that cannot start (`EX_CONFIG`).
    case cannotStart = 78
}
