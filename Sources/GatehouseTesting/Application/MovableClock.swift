import EngineIO
import Gatehouse
import NIOCore
import Synchronization

/// The clock of a whole server. It stands still until a test moves it.
///
/// It begins at the system's time, cut to a whole second: certificates are valid by it and by the clock of the client, which is the
/// system's, and tokens, whose times are whole seconds, end where a test expects it.
final class MovableClock: Sendable {
    private let start: Int64
    private let elapsed = Atomic<Int64>(0)

    init() { start = ServerClock.system.wallMilliseconds() / 1_000 * 1_000 }

    func advance(_ amount: TimeAmount) { elapsed.wrappingAdd(amount.nanoseconds, ordering: .sequentiallyConsistent) }

    /// Milliseconds since 1970.
    var wallMilliseconds: Int64 { start + nanoseconds / 1_000_000 }

    private var nanoseconds: Int64 { elapsed.load(ordering: .sequentiallyConsistent) }

    /// Far from zero, so that a time before the start is one, too.
    var now: NIODeadline { .uptimeNanoseconds(1_000_000_000_000) + .nanoseconds(nanoseconds) }

    var server: ServerClock {
        var clock = ServerClock(wallMilliseconds: { self.wallMilliseconds }, now: { self.now })
        clock.isManual = true
        return clock
    }

    var engine: EngineClock {
        var clock = EngineClock(now: { self.now }, wallMilliseconds: { self.wallMilliseconds })
        clock.isManual = true
        return clock
    }
}
