import Testing

/// A client that has joined `/` by polling and asks only when it is told to.
struct RawPoller {
    private let server: TestServer
    private let target: String

    init(_ server: TestServer, subject: String = "poller") async throws {
        self.server = server
        target = "/socket.io/?EIO=4&transport=polling&sid=" + (try await server.stall(subject))
    }

    /// Sends one packet.
    func send(_ packet: String) async throws {
        let answer = try await RawHTTP.send("POST", target, body: packet, to: server.url)
        #expect(answer.hasPrefix("HTTP/1.1 200"), "\(answer)")
    }

    /// Everything that waits for the client; waits for something itself.
    func poll() async throws -> String { try await RawHTTP.send("GET", target, to: server.url) }

    /// Sends one packet, and gives what has come of it.
    func exchange(_ packet: String) async throws -> String {
        try await send(packet)
        return try await poll()
    }
}
