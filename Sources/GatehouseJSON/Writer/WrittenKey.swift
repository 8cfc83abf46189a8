import NIOCore

/// A member's key as it is written, with its quotes and colon.
struct WrittenKey: Sendable {
    /// For the first member of an object.
    let first: [UInt8]
    /// For a member that follows another one: with the comma.
    let following: [UInt8]

    init(_ name: String) {
        var buffer = ByteBuffer()
        buffer.writeJSONString(name)
        first = Array(buffer.readableBytesView) + [ASCII.colon]
        following = [ASCII.comma] + first
    }
}
