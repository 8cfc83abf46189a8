import ArgumentParser
import GatehousePolicy

/// A span of time on the command line, written as in policies: `250ms`, `30s`, `15m`, `12h`, `28d`.
struct TimeArgument: ExpressibleByArgument, Sendable, Equatable {
    let nanoseconds: Int64

    init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    init?(argument: String) {
        guard let nanoseconds = TimeSpan.parse(argument) else { return nil }
        self.nanoseconds = nanoseconds
    }

    /// Whole seconds; `nil` for a fraction of one.
    var seconds: Int64? { nanoseconds % 1_000_000_000 == 0 ? nanoseconds / 1_000_000_000 : nil }

    var defaultValueDescription: String { TimeSpan.text(nanoseconds) }
}
