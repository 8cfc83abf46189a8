package import GatehouseLiveObjects
package import NIOCore

/// What the TLS connections of one event loop share: buffers, and one timer for all their deadlines.
///
/// Make one for each event loop and give it to every ``TLSHandler`` there. Use it on that loop only. An idle connection then holds no
/// buffer of its own, and fifty thousand handshakes have one scheduled task between them (NIO's cancel is linear in their number).
package final class TLSLoopResources {
    package let eventLoop: any EventLoop
    let live: LiveObjects
    /// Small messages of one flush are gathered here into one record.
    var gathering = ByteBuffer()
    private var plaintext = ByteBuffer()
    private var ciphertext = ByteBuffer()
    private var deadlines = DeadlineHeap()
    private var armed: NIODeadline?

    /// Larger buffers are not kept when their work is done.
    private static let keptCapacity = 64 * 1024
    /// Deadlines are rounded up to this, so that a storm of connections arms few timers.
    private static let granularity = TimeAmount.milliseconds(100)

    /// - Parameter live: where the loop's connections and deadlines are counted.
    package init(eventLoop: any EventLoop, live: LiveObjects = LiveObjects()) {
        self.eventLoop = eventLoop
        self.live = live
    }

    // MARK: Buffers

    /// An empty buffer, new only when the last one is still held by someone who was given it.
    func takePlaintextBuffer(capacity: Int) -> ByteBuffer {
        Self.take(&plaintext, capacity: capacity)
    }

    func giveBack(plaintext buffer: ByteBuffer) {
        if buffer.capacity <= Self.keptCapacity { plaintext = buffer }
    }

    func takeCiphertextBuffer(capacity: Int) -> ByteBuffer {
        Self.take(&ciphertext, capacity: capacity)
    }

    func giveBack(ciphertext buffer: ByteBuffer) {
        if buffer.capacity <= Self.keptCapacity { ciphertext = buffer }
    }

    private static func take(_ kept: inout ByteBuffer, capacity: Int) -> ByteBuffer {
        var buffer = ByteBuffer()
        swap(&buffer, &kept)
        buffer.clear(minimumCapacity: capacity)
        return buffer
    }

    // MARK: Deadlines

    /// Calls the handler's `deadlinePassed` when the time has come, unless the token is cancelled before.
    func schedule(_ handler: TLSHandler, in amount: TimeAmount) -> TLSDeadline {
        let token = TLSDeadline(handler, live)
        let step = UInt64(Self.granularity.nanoseconds)
        let exact = (eventLoop.now + amount).uptimeNanoseconds
        let due = NIODeadline.uptimeNanoseconds((exact / step &+ 1) &* step)
        deadlines.insert(token, due: due)
        arm(for: due)
        return token
    }

    private func arm(for due: NIODeadline) {
        if let armed, armed <= due { return }
        armed = due
        eventLoop.assumeIsolated().scheduleTask(deadline: due) { self.timerFired(due) }
    }

    private func timerFired(_ due: NIODeadline) {
        // An earlier timer has replaced this one.
        guard armed == due else { return }
        armed = nil
        while let token = deadlines.pop(at: due) { token.take()?.deadlinePassed() }
        if let earliest = deadlines.earliest { arm(for: earliest) }
    }
}

@available(*, unavailable)
extension TLSLoopResources: Sendable {}
