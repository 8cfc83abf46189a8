import GatehouseLiveObjects
import Logging
import NIOConcurrencyHelpers
package import NIOCore

/// Runs what ``ServerHandle/every(_:file:line:_:)`` and ``ServerHandle/after(_:file:line:_:)`` ask for. Safe to use from any thread.
///
/// One alarm, a task that sleeps, waits for the earliest timer. With a manual clock there is none: the owner of the clock calls
/// ``fireDue(within:)``.
package final class ServerTimers: Sendable {
    /// A timer's body, and where it was made.
    struct Body: Sendable {
        let place: String
        let run: @Sendable () async throws -> Void
    }

    private enum Phase: Sendable { case waiting, running, stopped }

    private struct State: Sendable {
        var table = TimerTable<Body>()
        var phase = Phase.waiting
        var runs: [TimerTable<Body>.Number: Task<Void, Never>] = [:]
        var alarm: (due: NIODeadline, task: Task<Void, Never>)?
    }

    private let state = NIOLockedValueBox(State())
    private let clock: ServerClock
    private let live: LiveObjects
    private let logger: Logger

    init(clock: ServerClock, live: LiveObjects, logger: Logger) {
        self.clock = clock
        self.live = live
        self.logger = logger
    }

    /// - Returns: the timer's number; `nil` once the server stops.
    func add(_ body: Body, in delay: TimeAmount, every interval: TimeAmount?) -> UInt64? {
        state.withLockedValue { state in
            guard state.phase != .stopped else { return nil }
            let number = state.table.add(body, at: clock.now() + delay, every: interval)
            live.add(.timers)
            arm(&state)
            return number
        }
    }

    func cancel(_ number: UInt64) {
        // The body is released outside the lock: its captures may call back at their end.
        _ = change { $0.table.remove(number) }
    }

    /// Timers run from here on: the server listens.
    func begin() {
        state.withLockedValue { state in
            guard state.phase == .waiting else { return }
            state.phase = .running
            arm(&state)
        }
    }

    /// The server stops: nothing runs any more, and what runs now is cancelled.
    func stop() {
        let (runs, bodies) = change { state in
            state.phase = .stopped
            state.alarm?.task.cancel()
            state.alarm = nil
            return (Array(state.runs.values), state.table.removeAll())
        }
        for run in runs { run.cancel() }
        _ = bodies
    }

    /// Waits for current runs, up to a limit.
    package func runsEnded(within limit: Duration) async {
        let runs = state.withLockedValue { Array($0.runs.values) }
        guard !runs.isEmpty else { return }
        await waitForEnd(within: limit) { for run in runs { await run.value } }
    }

    /// When the next timer is due; `nil` if none waits, or none may run.
    package var nextDue: NIODeadline? {
        state.withLockedValue { $0.phase == .running ? $0.table.nextDue : nil }
    }

    /// Runs due timers after the clock was moved, and waits for them.
    package func fireDue(within limit: Duration) async {
        fire()
        await runsEnded(within: limit)
    }

    /// Runs due timers.
    private func fire() {
        change { state in
            guard state.phase == .running else { return }
            for run in state.table.takeDue(now: clock.now()) {
                live.add(.tasks)
                // Detached: a timer inherits nothing from the task or the event that made it.
                state.runs[run.number] = Task.detached { await self.perform(run) }
            }
            arm(&state)
        }
    }

    private func perform(_ run: TimerTable<Body>.Run) async {
        var failure: (any Error)?
        do { try await run.body.run() } catch { failure = error }
        let (missed, body, isStopped) = change { state in
            state.runs[run.number] = nil
            let (missed, body) = state.table.ended(run.number, now: clock.now())
            arm(&state)
            return (missed, body, state.phase == .stopped)
        }
        _ = body
        live.add(-1, .tasks)
        // A run that a stop interrupts has not failed.
        if let failure, !isStopped {
            logger.error("a timer's body failed", metadata: ["timer": "\(run.body.place)", "error": "\(failure)"])
        }
        if missed > 0, !isStopped {
            logger.debug("a timer's body took longer than its interval", metadata: ["timer": "\(run.body.place)", "left_out": "\(missed)"])
        }
    }

    /// Changes the state, and counts the timers that wait.
    private func change<Result>(_ body: (inout State) -> Result) -> Result {
        state.withLockedValue { state in
            let before = state.table.waiting
            defer { live.add(state.table.waiting - before, .timers) }
            return body(&state)
        }
    }

    /// Sets the alarm for the earliest timer.
    private func arm(_ state: inout State) {
        guard state.phase == .running, !clock.isManual, let due = state.table.nextDue else { return }
        if let alarm = state.alarm, alarm.due <= due { return }
        state.alarm?.task.cancel()
        let wait = due - clock.now()
        state.alarm = (
            due,
            Task.detached {
                do { try await Task.sleep(for: Duration(max(wait, .zero))) } catch { return }
                self.alarmRang(due)
            }
        )
    }

    private func alarmRang(_ due: NIODeadline) {
        state.withLockedValue { if $0.alarm?.due == due { $0.alarm = nil } }
        fire()
    }
}
