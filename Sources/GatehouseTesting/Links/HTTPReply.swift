import NIOCore

/// A whole HTTP response.
struct HTTPReply: Sendable {
    var status: Int
    var body: ByteBuffer
    var keepAlive: Bool

    /// Bodies above this fail the request.
    static let bodyLimit = 16 * 1024 * 1024

    /// The status and the start of the body, for an error's text.
    var summary: String { "HTTP \(status): \(String(buffer: body).prefix(200))" }
}
