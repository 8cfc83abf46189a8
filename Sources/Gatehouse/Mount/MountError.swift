/// Why a gateway cannot be mounted on a channel of another server.
public struct MountError: Error, Sendable, CustomStringConvertible {
    /// The stable reason.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The spelling in logs.
        public let description: String
        private init(_ text: String) { description = text }

        /// The caller is not on the channel's event loop.
        public static let eventLoop = Code("event_loop")
        /// The channel has no pipeline of an HTTP/1.1 server.
        public static let pipeline = Code("pipeline")
        /// The channel is no TCP connection.
        public static let address = Code("address")
        /// The configuration asks for what a mount cannot do.
        public static let configuration = Code("configuration")
    }

    /// The stable reason.
    public var code: Code
    /// What is wrong and what to do.
    public var message: String
    /// What led to it.
    public var cause: (any Error)?

    init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        (self.code, self.message, self.cause) = (code, message, cause)
    }

    /// Message and cause.
    public var description: String { cause.map { "\(message): \($0)" } ?? message }
}
