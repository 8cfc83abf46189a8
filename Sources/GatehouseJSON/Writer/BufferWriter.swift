package import NIOCore

/// Appends to a `ByteBuffer` through one pointer. The buffer's own functions look at uniqueness, exclusivity and capacity for each piece, which
/// costs more than the few bytes that a piece of a packet has.
///
/// It holds the buffer while it lives, and nobody else does, so the pointer stays valid: whoever opens a writer gives the buffer away, and
/// gets it back with ``close(_:)``.
@safe
package struct BufferWriter: ~Copyable {
    /// Its writer index stays where the first appended byte is.
    @usableFromInline var buffer: ByteBuffer
    /// The place of the first appended byte.
    @usableFromInline var start: UnsafeMutableRawPointer?
    /// How many bytes there is room for from there.
    @usableFromInline var room = 0
    /// How many bytes were appended.
    @usableFromInline var appended = 0

    /// How many bytes were appended.
    @inlinable package var count: Int { appended }

    /// Opens a writer at the end of a buffer, which is empty until ``close(_:)``.
    /// - Parameter expecting: a guess of how many bytes will be appended.
    @inlinable package init(_ buffer: inout ByteBuffer, expecting: Int = 64) {
        self.buffer = buffer
        // The only reference moves into the writer, so that appending does not copy what is there.
        buffer = Self.nothing
        unsafe start = nil
        grow(expecting)
    }

    @usableFromInline static let nothing = ByteBuffer()

    /// Gives the buffer back, with what was appended.
    @inlinable package consuming func close(_ buffer: inout ByteBuffer) {
        self.buffer.moveWriterIndex(forwardBy: appended)
        buffer = self.buffer
    }

    /// Makes sure that there is room for some bytes more.
    @inlinable @inline(__always) package mutating func reserve(_ bytes: Int) {
        if bytes > room &- appended { grow(bytes) }
    }

    @usableFromInline @inline(never) mutating func grow(_ bytes: Int) {
        buffer.moveWriterIndex(forwardBy: appended)
        buffer.reserveCapacity(minimumWritableBytes: bytes)
        buffer.moveWriterIndex(to: buffer.writerIndex &- appended)
        unsafe (start, room) = buffer.withUnsafeMutableWritableBytes { ($0.baseAddress, $0.count) }
    }

    /// Where the next bytes go.
    @inlinable @inline(__always) mutating func place(_ bytes: Int) -> UnsafeMutableRawPointer? {
        reserve(bytes)
        defer { appended &+= bytes }
        return unsafe start.map { unsafe $0 + appended }
    }

    @inlinable @inline(__always) package mutating func writeInteger(_ byte: UInt8) {
        unsafe place(1)?.storeBytes(of: byte, as: UInt8.self)
    }

    @inlinable package mutating func writeBytes(_ bytes: RawSpan) {
        let count = bytes.byteCount
        let place = unsafe place(count)
        unsafe bytes.withUnsafeBytes { bytes in
            guard let from = bytes.baseAddress else { return }
            unsafe place?.copyMemory(from: from, byteCount: count)
        }
    }

    @inlinable package mutating func writeBytes(_ bytes: [UInt8]) { unsafe writeBytes(bytes.span.bytes) }

    @inlinable package mutating func writeStaticString(_ text: StaticString) {
        text.withUTF8Buffer { unsafe writeBytes(RawSpan(_unsafeBytes: UnsafeRawBufferPointer($0))) }
    }

    package mutating func writeString(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in unsafe writeBytes(RawSpan(_unsafeBytes: UnsafeRawBufferPointer(utf8))) }
    }

    package mutating func writeImmutableBuffer(_ buffer: ByteBuffer) { writeBytes(buffer.readableBytesSpan) }

    // MARK: Bytes that are there already

    /// Overwrites an appended byte.
    @inlinable package mutating func set(_ byte: UInt8, at index: Int) {
        precondition(index >= 0 && index < appended)
        unsafe start?.storeBytes(of: byte, toByteOffset: index, as: UInt8.self)
    }

    /// Makes room for some bytes more at an appended place: what stands from there on moves.
    package mutating func insert(_ bytes: Int, at index: Int) {
        precondition(index >= 0 && index <= appended && bytes >= 0)
        let moved = appended &- index
        _ = unsafe place(bytes)
        guard let start = unsafe start else { return }
        unsafe (start + index + bytes).copyMemory(from: start + index, byteCount: moved)
    }

    /// Removes some appended bytes: what stands behind them moves.
    package mutating func remove(_ bytes: Int, at index: Int) {
        precondition(index >= 0 && bytes >= 0 && index &+ bytes <= appended)
        appended &-= bytes
        guard let start = unsafe start else { return }
        unsafe (start + index).copyMemory(from: start + index + bytes, byteCount: appended &- index)
    }

    /// Takes back all but the first bytes.
    package mutating func cut(to count: Int) {
        precondition(count >= 0 && count <= appended)
        appended = count
    }

    /// What was appended from a place on.
    package func bytes(from index: Int) -> [UInt8] {
        precondition(index >= 0 && index <= appended)
        guard let start = unsafe start else { return [] }
        return unsafe Array(UnsafeRawBufferPointer(start: start + index, count: appended &- index))
    }
}
