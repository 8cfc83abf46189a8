import NIOCore

/// Plaintext between `write` and `flush`, with the promises that wait for it.
struct PendingWrites {
    private(set) var buffers: [ByteBuffer] = []
    private(set) var byteCount = 0
    private var promises: [EventLoopPromise<Void>] = []

    var isEmpty: Bool { buffers.isEmpty }

    mutating func append(_ buffer: ByteBuffer, promise: EventLoopPromise<Void>?) {
        buffers.append(buffer)
        byteCount &+= buffer.readableBytes
        if let promise { promises.append(promise) }
    }

    /// One promise for all, for the one write that carries them.
    mutating func takePromise(on eventLoop: any EventLoop) -> EventLoopPromise<Void>? {
        guard promises.count > 1 else { return promises.popLast() }
        let waiting = promises
        promises.removeAll(keepingCapacity: false)
        let together = eventLoop.makePromise(of: Void.self)
        together.futureResult.whenComplete { result in
            for promise in waiting { promise.completeWith(result) }
        }
        return together
    }

    /// Drops the buffers. A connection that once wrote a lot does not keep that room for ever.
    mutating func removeBuffers() {
        buffers.removeAll(keepingCapacity: buffers.capacity <= 16)
        byteCount = 0
    }

    mutating func fail(_ error: TLSError) {
        let waiting = promises
        promises = []
        buffers = []
        byteCount = 0
        for promise in waiting { promise.fail(error) }
    }
}
