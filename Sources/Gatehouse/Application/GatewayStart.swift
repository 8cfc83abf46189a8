/// The gateways whose ``Gateway/willStart(_:)`` was called, and whose ``Gateway/didStop()`` is due.
struct GatewayStart: Sendable {
    private var begun: [any Gateway] = []

    init() {}

    /// Calls ``Gateway/willStart(_:)`` of each, in the order of mounting, until one throws.
    mutating func begin(_ gateways: [any Gateway], _ server: ServerHandle) async throws(StartError) {
        for gateway in gateways {
            // Before the call: a gateway that throws may have begun work.
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
        let begun = begun
        await waitForEnd(within: limit) { for gateway in begun.reversed() { await gateway.didStop() } }
    }
}
