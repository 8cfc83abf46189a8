/// The gateways that have been told that their server is about to listen, and are to be told that it has stopped.
struct GatewayStart: Sendable {
    private var begun: [any Gateway] = []

    init() {}

    /// Calls ``Gateway/willStart(_:)`` of each, in the order of mounting, until one throws.
    mutating func begin(_ gateways: [any Gateway], _ server: ServerHandle) async throws(StartError) {
        for gateway in gateways {
            // Before it is asked: one that throws may have begun what it could not end.
            begun.append(gateway)
            do {
                try await gateway.willStart(server)
            } catch {
                throw StartError(code: .gateway, message: "\(type(of: gateway)) did not start", cause: error)
            }
        }
    }

    /// Calls ``Gateway/didStop()`` of each that was begun, the last one first. One that hangs is not waited for: the audit log must be closed.
    func end(within limit: Duration) async {
        guard !begun.isEmpty else { return }
        let (ends, end) = AsyncStream.makeStream(of: Never.self)
        let work = Task {
            for gateway in begun.reversed() { await gateway.didStop() }
            end.finish()
        }
        let alarm = Task {
            try? await Task.sleep(for: limit)
            end.finish()
        }
        for await _ in ends {}
        alarm.cancel()
        work.cancel()
    }
}
