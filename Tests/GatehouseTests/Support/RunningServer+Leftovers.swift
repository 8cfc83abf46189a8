import GatehouseLiveObjects
import Testing

@testable import Gatehouse

extension RunningServer {
    /// Stops the server, after which nothing may be left of it.
    func stopLeavingNothing(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await stop()
        let left = await LiveCounts.leftovers { self.live }
        #expect(left.isEmpty, "the server has stopped, and there still is: \(left)", sourceLocation: sourceLocation)
    }
}
