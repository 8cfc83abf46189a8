import NIOCore

/// The buffers that the sockets of an event loop read into, one for each size. One is enough: a loop reads one socket at a time, and the
/// handler gives the buffer back before the next read. So an idle connection holds none.
///
/// Not checked for exclusive access: only the event loop touches it, and no change of a property calls out.
final class ReceiveBuffers {
    /// The size of one read.
    enum Size: Int, CaseIterable {
        /// While a connection speaks HTTP. What is pipelined behind an unanswered request has to be held, and this bounds it (SEC-A).
        case http = 16_384
        case webSocket = 65_536
    }

    @safe @exclusivity(unchecked) private var spareHTTP: ByteBuffer?
    @safe @exclusivity(unchecked) private var spareWebSocket: ByteBuffer?

    /// An empty buffer nobody else refers to.
    func take(_ size: Size) -> ByteBuffer {
        var spare: ByteBuffer?
        switch size {
        case .http: swap(&spare, &spareHTTP)
        case .webSocket: swap(&spare, &spareWebSocket)
        }
        guard var buffer = spare else { return ByteBufferAllocator().buffer(capacity: size.rawValue) }
        // This must be the last reference, or `clear` allocates: somebody kept a slice.
        spare = nil
        buffer.clear(minimumCapacity: size.rawValue)
        return buffer
    }

    /// Takes back the buffer that `take` gave, once its bytes have been processed.
    func giveBack(_ buffer: ByteBuffer) {
        switch Size(rawValue: buffer.storageCapacity) {
        case .http where spareHTTP == nil: spareHTTP = buffer
        case .webSocket where spareWebSocket == nil: spareWebSocket = buffer
        case .http, .webSocket, nil: break
        }
    }
}

@available(*, unavailable)
extension ReceiveBuffers: Sendable {}

/// Hands a channel the loop's receive buffer. NIO keeps the first buffer it is given for the life of the channel and, with one message a
/// read, none of the later ones; so the first of a new channel is a tiny one.
struct LoopReceiveAllocator: RecvByteBufferAllocator {
    private static let firstCapacity = 16
    private let buffers: NIOLoopBound<ReceiveBuffers>
    private let size: ReceiveBuffers.Size
    private var isFirst: Bool

    /// - Parameter isFirst: whether the channel has not read yet.
    init(_ buffers: NIOLoopBound<ReceiveBuffers>, _ size: ReceiveBuffers.Size, isFirst: Bool) {
        self.buffers = buffers
        self.size = size
        self.isFirst = isFirst
    }

    func buffer(allocator: ByteBufferAllocator) -> ByteBuffer {
        isFirst ? allocator.buffer(capacity: Self.firstCapacity) : buffers.value.take(size)
    }

    func nextBufferSize() -> Int? { nil }

    /// True: the next buffer is never the last one again.
    mutating func record(actualReadBytes: Int) -> Bool {
        isFirst = false
        return true
    }
}
