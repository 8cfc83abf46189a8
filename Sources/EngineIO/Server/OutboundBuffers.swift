import NIOCore

/// Buffers for what sessions of one event loop send in one turn. A buffer is given back right after its flush; by the time it is reused the
/// channel has usually released it, and if not, `clear` allocates.
///
/// Not checked for exclusive access: only the event loop touches it, and no change of a property calls out.
final class OutboundBuffers {
    private static let most = 256
    private static let largest = 65_536
    private static let usual = 2_048
    @safe @exclusivity(unchecked) private var spares: [ByteBuffer] = []

    func take() -> ByteBuffer {
        guard var buffer = spares.popLast() else { return ByteBufferAllocator().buffer(capacity: Self.usual) }
        buffer.clear(minimumCapacity: Self.usual)
        return buffer
    }

    func giveBack(_ buffer: ByteBuffer) {
        if spares.count < Self.most, buffer.storageCapacity <= Self.largest { spares.append(buffer) }
    }
}

@available(*, unavailable)
extension OutboundBuffers: Sendable {}
