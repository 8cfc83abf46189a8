import NIOCore

/// One line of a case.
enum AbuseStep: Sendable {
    /// How far a new connection is taken before the case goes on.
    enum State: String, Sendable {
        /// A TCP connection that has said nothing.
        case tcp
        /// The same, of a client whose kernel takes little for it.
        case narrowTCP = "narrow-tcp"
        /// A WebSocket session of such a client.
        case narrow
        /// A polling session is open; `$sid` is its id.
        case polling
        /// A WebSocket session is open, in no namespace.
        case websocket
        /// A WebSocket for the polling session `$sid`, which has said nothing.
        case probing
        /// A WebSocket session that has joined `/` with a good token.
        case joined
        /// A polling session that has joined `/` with a good token.
        case joinedPolling = "joined-polling"
    }

    enum Expectation: Sendable {
        case status([Int])
        /// The answer to a HEAD: a head with this status, and nothing after it but the next answer.
        case head(Int)
        /// The body of the last answer is these bytes; or has them in it; or does not.
        case body([ByteExpression])
        case bodyContains([ByteExpression])
        case bodyLacks([ByteExpression])
        case noField(String)
        /// The next text frame is, or begins with, these bytes.
        case text([ByteExpression])
        case textBeginning([ByteExpression])
        case pong([ByteExpression])
        /// So many pongs with nothing in them, and nothing between.
        case pongs(Int)
        /// A close frame with one of these codes, whatever comes before it; 0 for none in it.
        case close([Int])
        /// The connection ends, whatever comes before.
        case end
        /// Nothing comes, the end neither.
        case silence
        /// The WebSocket is still served.
        case open
        /// So many events of this case came to a handler.
        case handled(Int)
    }

    case connect(State)
    /// Goes on with the n-th connection of the case, the first being 1.
    case use(Int)
    /// In pieces of so many bytes; nil for all at once.
    case send([ByteExpression], piece: Int?)
    /// Again and again without reading, until so many bytes are out or the server takes no more: it has stopped reading, or has gone.
    case flood(Int, [ByteExpression])
    case expect(Expectation)
    case reset
    case hangUp
    case advance(TimeAmount)
    case times(Int, [AbuseStep])
}
