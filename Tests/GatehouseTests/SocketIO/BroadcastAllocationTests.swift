import GatehouseJSON
import GatehouseTestSupport
import GatehouseTesting
import SocketIO
import Testing

@testable import Gatehouse

@Suite("A broadcast allocates nothing for a recipient")
struct BroadcastAllocationTests {
    private func broadcast(_ server: TestServer) throws -> Broadcast {
        let definition = try #require(server.runtime.sockets.definition("/"))
        let message = try PacketWriter.message("said", prefix: definition.prefix, ackID: nil, "hello")
        return Broadcast(namespace: definition, event: "said", message: message, target: BroadcastTarget())
    }

    /// Objects that the event loop makes while one broadcast is written to everyone: the receive rules asked, queued on every connection.
    private func objects(_ server: TestServer) async throws -> Int {
        let broadcast = try broadcast(server)
        let loop = try #require(server.runtime.sockets.allLoops.first)
        let counted = try await loop.submit { loop in
            var reached = 0
            let count = AllocationCounter.count { reached = loop.deliver(broadcast) }
            return (count, reached)
        }
        #expect(counted.1 == server.runtime.users.count)
        return try #require(counted.0)
    }

    @Test("API-02: twice the recipients, the same number of objects")
    func perRecipient() async throws {
        try await TestServer.with(PendingMount(ScriptGateway<Root>())) { server in
            for index in 0..<40 { _ = try await server.join("user\(index)") }
            // The first deliveries make the queues as long as they get.
            for _ in 0..<3 { _ = try await objects(server) }
            let few = try await objects(server)
            for index in 40..<80 { _ = try await server.join("user\(index)") }
            for _ in 0..<3 { _ = try await objects(server) }
            let many = try await objects(server)
            #expect(many == few, "\(many - few) objects for 40 more recipients")
        }
    }
}
