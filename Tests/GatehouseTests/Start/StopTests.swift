import GatehousePolicy
import SocketIO
import Testing

@testable import Gatehouse

@Suite("A server that has stopped")
struct StopTests {
    @Test("REL-23: a handle that outlives its server reaches nobody and asks no event loop that is gone")
    func handle() async throws {
        let fixture = try StartFixture()
        defer { fixture.directory.remove() }
        let running = try await fixture.application.start()
        let everyone = running.handle.of("/")
        try await running.stop()
        #expect(try await everyone.fetchSockets().isEmpty)
        try await everyone.disconnectSockets()
        try everyone.emit("late", "x")
    }
}
