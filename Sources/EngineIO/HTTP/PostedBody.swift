package import NIOCore

/// What becomes of a POST once its head is known.
package enum PostedBody: Sendable {
    /// It is answered by its head alone; its body is not read, and the connection ends if there is one.
    case refused(HTTPResponse)
    /// Its body is read and answered. A longer one than `limit`, in bytes, is answered with `tooLarge`, and the connection ends.
    case read(limit: Int, tooLarge: @Sendable () -> HTTPResponse, answer: @Sendable (ByteBuffer) async -> HTTPResponse)
}

/// A POST whose body is being read for a route.
struct PostedReading {
    let limit: Int
    let tooLarge: @Sendable () -> HTTPResponse
    let answer: @Sendable (ByteBuffer) async -> HTTPResponse
}
