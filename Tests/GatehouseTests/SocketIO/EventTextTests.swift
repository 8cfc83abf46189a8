import GatehouseJSON
import GatehouseTesting
import Testing

@testable import Gatehouse
@testable import SocketIO

@Suite("Texts of events")
struct EventTextTests {
    @Test(
        "Once an event has been handled, its event loop holds nothing of its text, so that the buffer is used again",
        arguments: ["now", "later"])
    func text(_ event: String) async throws {
        try await TestServer.with(PendingMount(ScriptGateway<Root>())) { server in
            let client = try await server.join()
            _ = try await client.call(event, SocketIOPayload([["value": "text"]]))
            let loop = try #require(server.runtime.sockets.allLoops.first)
            #expect(try await loop.submit { $0.decoder.holdsText } == false)
        }
    }
}
