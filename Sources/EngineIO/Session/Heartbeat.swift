package import NIOCore

/// When to ping and when to give up (EIO-10, EIO-11), without timers: the wheel asks, and so does every arrival.
package struct Heartbeat: Sendable {
    package enum Action: Sendable, Hashable {
        /// Nothing to do before this time.
        case wait(until: NIODeadline)
        /// Send `2`, then ask again at this time.
        case ping(next: NIODeadline)
        case timeOut
    }

    private enum State: Sendable {
        case pingDue(NIODeadline)
        case pongDue(NIODeadline, isExtended: Bool)
    }

    private let interval: TimeAmount
    private let timeout: TimeAmount
    private var state: State

    package init(interval: TimeAmount, timeout: TimeAmount, openedAt now: NIODeadline) {
        self.interval = interval
        self.timeout = timeout
        state = .pingDue(now + interval)
    }

    package var isAwaitingPong: Bool {
        if case .pongDue = state { return true }
        return false
    }

    /// When the wheel should ask next.
    package var deadline: NIODeadline {
        switch state {
        case .pingDue(let time), .pongDue(let time, _): time
        }
    }

    package mutating func tick(_ now: NIODeadline) -> Action {
        switch state {
        case .pingDue(let time):
            guard now >= time else { return .wait(until: time) }
            // The pong's time runs from when the ping was due: a timer that fires late gives the client no more. After a stall of the
            // server half of the time is left, since the client could not answer a ping that was not sent.
            let next = max(time + timeout, now + .nanoseconds(timeout.nanoseconds / 2))
            state = .pongDue(next, isExtended: false)
            return .ping(next: next)
        case .pongDue(let time, _):
            return now >= time ? .timeOut : .wait(until: time)
        }
    }

    /// Whether the client is late by the clock, even if a timer came late or not at all.
    package func isExpired(_ now: NIODeadline) -> Bool {
        switch state {
        case .pingDue(let time): now >= time + timeout
        case .pongDue(let time, _): now >= time
        }
    }

    /// A `3` came. False when none was due: a stray one changes nothing.
    package mutating func pong(_ now: NIODeadline) -> Bool {
        guard case .pongDue = state else { return false }
        state = .pingDue(now + interval)
        return true
    }

    /// Gives a pending pong this much time again, after a pause that was not the client's fault.
    package mutating func postpone(to time: NIODeadline) {
        if case .pongDue(let due, let isExtended) = state { state = .pongDue(max(due, time), isExtended: isExtended) }
    }

    /// Gives a pending pong back the time in which an upgrade suspended it. Once for each ping: a client that starts one upgrade after
    /// another and answers no ping still times out (EIO-14).
    /// - Parameter start: when the upgrade began.
    package mutating func resume(_ now: NIODeadline, suspendedSince start: NIODeadline) {
        guard case .pongDue(let due, isExtended: false) = state else { return }
        let lost = now - max(start, due - timeout)
        if lost > .zero { state = .pongDue(due + lost, isExtended: true) }
    }
}
