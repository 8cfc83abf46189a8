import SocketIO

/// The clients that a server wanted in a room and that did not get in.
struct RefusedJoins: Sendable {
    private var count = 0
    private var first: GatewayError?

    mutating func add(_ error: any Error) {
        count += 1
        if first == nil { first = error as? GatewayError ?? GatewayError(.internal, "\(error)") }
    }

    mutating func add(_ other: RefusedJoins) {
        count += other.count
        first = first ?? other.first
    }

    /// `nil` if all are in.
    var error: GatewayError? {
        guard var error = first else { return nil }
        error.message = "\(count) of the clients are not in the room: \(error.message)"
        return error
    }
}

extension Socket {
    /// Puts the client into a room by the server's will, unless staff's stands against it.
    package func joinByServer(_ room: RoomName) throws(GatewayError) {
        if !isIn(room.name), let client = clientState, let refusal = client.pipeline.refusal(ofJoining: room.name, client) { throw refusal }
        do throws(RoomError) {
            try join(room, byServer: true)
        } catch {
            throw GatewayError(.limit, error.message)
        }
    }
}
