import NIOCore

/// The buffer every socket of an event loop reads into. One is enough: a loop reads one socket at a time, and the handler gives the buffer
/// back before the next read. So an idle connection holds none.
final class ReceiveBuffers {
    static let capacity = 65_536
    private var spare: ByteBuffer?

    /// An empty buffer nobody else refers to.
    func take() -> ByteBuffer {
        guard var buffer = spare else { return ByteBufferAllocator().buffer(capacity: Self.capacity) }
        spare = nil
        // Allocates afresh if someone kept a slice of it.
        buffer.clear(minimumCapacity: Self.capacity)
        return buffer
    }

    /// Takes back what `take` gave, after its bytes have been dealt with.
    func giveBack(_ buffer: ByteBuffer) {
        if spare == nil, buffer.storageCapacity == Self.capacity { spare = buffer }
    }
}

@available(*, unavailable)
extension ReceiveBuffers: Sendable {}

/// Hands a channel the loop's receive buffer. NIO keeps the first buffer it is given for the life of the channel and, with one message a
/// read, none of the later ones; so the first is a tiny one.
struct LoopReceiveAllocator: RecvByteBufferAllocator {
    private static let firstCapacity = 16
    private let buffers: NIOLoopBound<ReceiveBuffers>
    private var isFirst = true

    init(_ buffers: NIOLoopBound<ReceiveBuffers>) {
        self.buffers = buffers
    }

    func buffer(allocator: ByteBufferAllocator) -> ByteBuffer {
        isFirst ? allocator.buffer(capacity: Self.firstCapacity) : buffers.value.take()
    }

    func nextBufferSize() -> Int? { nil }

    /// True: the next buffer is never the last one again.
    mutating func record(actualReadBytes: Int) -> Bool {
        isFirst = false
        return true
    }
}
