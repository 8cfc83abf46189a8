import GatehouseAudit

/// The clock on the wall.
enum WallTime {
    /// Seconds since 1970 (UTC).
    static var seconds: Int64 { AuditClock.system.wallMicroseconds() / 1_000_000 }

    /// `2026-11-22T20:27:35Z`
    static func text(seconds: Int64) -> String {
        let (microseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        return overflow ? "\(seconds) s" : Timestamp.text(microseconds).prefix(19) + "Z"
    }
}
