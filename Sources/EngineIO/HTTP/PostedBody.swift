package import NIOCore

/// What becomes of a POST once its head is known.
package enum PostedBody: Sendable {
    /// It is answered by its head alone; its body is not read, and the connection ends if there is one.
    case refused(HTTPResponse)
    /// Its body is read and answered.
    case read(PostedReading)
}

/// How the body of a POST is read for a route. A longer one than `limit`, in bytes, is answered with `tooLarge`, and the connection ends.
package struct PostedReading: Sendable {
    let limit: Int
    let tooLarge: @Sendable () -> HTTPResponse
    let answer: @Sendable (ByteBuffer) async -> HTTPResponse

    package init(
        limit: Int, tooLarge: @escaping @Sendable () -> HTTPResponse, answer: @escaping @Sendable (ByteBuffer) async -> HTTPResponse
    ) {
        self.limit = limit
        self.tooLarge = tooLarge
        self.answer = answer
    }
}
