#if Redis
    import NIOCore
    import SocketIO
    import Testing

    @testable import GatehouseCluster

    @Suite("Requests to other nodes")
    struct PendingRequestTests {
        private let both = KnownNodes([KnownNodes.Node(uid: "a", name: "A"), KnownNodes.Node(uid: "b", name: "B")])
        private let packet = ClusterPacket(data: ByteBuffer(string: "1"))

        @Test("Acks are complete when every node has counted its clients and every client has answered, in any order")
        func acks() {
            var request = PendingRequest(.acks, in: "/")
            #expect(!request.isComplete)
            let taken = [
                request.take(.ack(request: "r", packet), from: "b"), request.take(.clientCount(request: "r", 2), from: "a"),
                // Told twice: counted once.
                request.take(.clientCount(request: "r", 2), from: "a"), request.take(.ack(request: "r", packet), from: "a"),
            ]
            #expect(taken == [true, true, true, true])
            request.expect(2)
            #expect(!request.isComplete)
            #expect(request.silentNodes(known: both) == ["B"])
            _ = request.take(.clientCount(request: "r", 1), from: "b")
            #expect(!request.isComplete)
            #expect(request.silentClients == 1)
            _ = request.take(.ack(request: "r", packet), from: "b")
            #expect(request.isComplete)
            #expect(request.payloads.count == 3)
            #expect(request.silentNodes(known: both).isEmpty)
        }

        @Test("Silent nodes are named as far as they are known; an answer of another kind is none")
        func silence() {
            var request = PendingRequest(.sockets, in: "/")
            request.expect(3)
            let taken = [request.take(.clientCount(request: "r", 1), from: "a"), request.take(.sockets(request: "r", packet), from: "a")]
            #expect(taken == [false, true])
            #expect(request.silentNodes(known: both) == ["B", "unknown"])
            // Answers without ids.
            var nameless = PendingRequest(.servers, in: "/")
            nameless.expect(2)
            _ = nameless.take(.serverSideAnswer(request: "r", packet), from: "")
            #expect(nameless.silentNodes(known: both) == ["unknown"])
            _ = nameless.take(.serverSideAnswer(request: "r", packet), from: "")
            #expect(nameless.isComplete)
        }

        @Test("Answers are bounded")
        func bound() {
            var request = PendingRequest(.acks, in: "/", limit: 2)
            for _ in 0..<5 { _ = request.take(.ack(request: "r", packet), from: "a") }
            #expect(request.payloads.count == 2)
        }
    }
#endif
