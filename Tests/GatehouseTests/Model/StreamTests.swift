import EngineIO
import GatehouseJSON
import GatehouseTestSupport
import GatehouseTesting
import NIOConcurrencyHelpers
import NIOCore
import SocketIO
import Testing

@testable import Gatehouse

@Suite("MDL-23: handlers that answer with a stream")
struct StreamTests {
    /// Streams that the test feeds, by the order in which they began.
    final class Feed: Sendable {
        private let streams = NIOLockedValueBox<[AsyncStream<Int>.Continuation]>([])
        let ended = Recorder()

        func open() -> AsyncStream<Int> {
            let (stream, continuation) = AsyncStream.makeStream(of: Int.self)
            continuation.onTermination = { [ended] in ended.note($0 == .cancelled ? "cancelled" : "finished") }
            streams.withLockedValue { $0.append(continuation) }
            return stream
        }

        var count: Int { streams.withLockedValue { $0.count } }
        func send(_ number: Int, to index: Int = 0) { streams.withLockedValue { _ = $0[index].yield(number) } }
        func finish(_ index: Int = 0) { streams.withLockedValue { $0[index].finish() } }
    }

    struct Streaming: Gateway {
        static let namespace: Namespace = "/"
        var feed = Feed()
        var recorder = Recorder()

        func routes(_ on: inout Routes) {
            on("now", now)
            on("count", count)
            on("count.later", countLater)
            on("fed", fed)
            on("other", fed)
            on("replies", replies)
            on("fails", fails)
            on("nested", nested)
            on("long", long)
            on("endless", endless)
        }

        func now(_ number: Int, _ context: EventContext) -> Int { number }
        func count(_ last: Int, _ context: EventContext) -> Counting { Counting(to: last) }
        func countLater(_ last: Int, _ context: EventContext) async throws -> Counting {
            await Task.yield()
            return Counting(to: last)
        }
        func fed(_ context: EventContext) -> AsyncStream<Int> { feed.open() }
        func replies(_ last: Int, _ context: EventContext) -> some AsyncSequence<EventReply<Int>, any Error> & Sendable {
            Counting(to: last).map { EventReply("reply", $0) }
        }
        func fails(_ last: Int, _ context: EventContext) -> some AsyncSequence<Int, any Error> & Sendable {
            Counting(to: last + 1).map { number in
                guard number <= last else { throw GatewayError.app("broken", "the source broke") }
                return number
            }
        }
        func nested(_ context: EventContext) -> some AsyncSequence<Double, any Error> & Sendable {
            Counting(to: 2).map { _ in .nan }
        }
        /// A source that is always ready.
        func endless(_ context: EventContext) -> AsyncStream<Int> { AsyncStream(unfolding: { 1 }) }

        func long(_ bytes: Int, _ context: EventContext) -> some AsyncSequence<String, any Error> & Sendable {
            Counting(to: 3_000, recorder).map { _ in String(repeating: "x", count: bytes) }
        }
    }

    private func with(
        _ gateway: Streaming = Streaming(), configure: (inout TestServer.Settings) -> Void = { _ in },
        _ body: (TestServer, Streaming) async throws -> Void
    ) async throws {
        try await TestServer.with(PendingMount(gateway), configure: configure) { try await body($0, gateway) }
    }

    @Test("The first element is the ack, the others are events of the same name", arguments: ["count", "count.later"])
    func elements(_ event: String) async throws {
        try await with { server, _ in
            let client = try await server.join()
            #expect(try await client.emitWithAck(event, [3]) == [1])
            #expect(try await client.event(event) == [2])
            #expect(try await client.event(event) == [3])
            try await client.emit(event, [2])
            #expect(try await client.event(event) == [1])
            #expect(try await client.event(event) == [2])
            #expect(try await client.emitWithAck(event, [0]) == [], "an empty stream has an empty ack")
            #expect(try await client.emitWithAck("now", [7]) == [7])
            try await client.refute(event, within: .zero)
            try await server.eventually { try await server.streams == 0 }
        }
    }

    @Test("Elements that are event replies keep their names; the ack is empty and comes at the end")
    func replies() async throws {
        try await with { server, _ in
            let client = try await server.join()
            #expect(try await client.emitWithAck("replies", [2]) == [])
            #expect(try await client.event("reply", within: .zero) == [1])
            #expect(try await client.event("reply", within: .zero) == [2])
        }
    }

    @Test("An error before the first element is the ack, one behind it is an exception; either is recorded")
    func errors() async throws {
        try await with { server, _ in
            let client = try await server.join()
            #expect(try await client.emitWithAck("fails", [0]).first?["code"] == "app.broken")
            #expect(try await client.emitWithAck("fails", [1]) == [1])
            let exception = try await client.event("exception").first
            #expect(exception?["code"] == "app.broken")
            #expect(exception?["cause"]?["pattern"] == "fails" || exception?["pattern"] == "fails", "\(String(describing: exception))")
            #expect(try await server.record(of: exception?["decision"]?.stringValue)?["event"] == "handler.error")
            #expect(try await server.streams == 0)
        }
    }

    @Test("An element that cannot be written is `internal`, in the ack or as an exception")
    func unwritable() async throws {
        try await with { server, _ in
            let client = try await server.join()
            #expect(try await client.emitWithAck("nested").first?["code"] == "internal")
            #expect(try await client.event("exception").first?["code"] == "internal")
            try await server.eventually { try await server.streams == 0 }
        }
    }

    @Test("The socket's next events are not held up, and the handler timeout does not end a stream")
    func besides() async throws {
        try await with(configure: { $0.handlerTimeout = .seconds(1) }) { server, gateway in
            let client = try await server.join()
            try await client.emit("fed")
            #expect(try await client.emitWithAck("now", [1]) == [1])
            try await server.advance(.minutes(5))
            gateway.feed.send(1)
            #expect(try await client.event("fed") == [1])
            #expect(try await client.emitWithAck("now", [2]) == [2])
            gateway.feed.finish()
            try await server.eventually { try await server.streams == 0 }
            #expect(gateway.feed.ended.notes == ["finished"])
        }
    }

    @Test("stream.cancel ends the client's streams of an event, answers with their number, and the source sees it")
    func cancel() async throws {
        try await with { server, gateway in
            let client = try await server.join()
            let other = try await server.join("bob")
            async let waiting = client.emitWithAck("fed")
            try await server.eventually { gateway.feed.count == 1 }
            try await client.emit("fed")
            try await client.emit("other")
            try await other.emit("fed")
            try await server.eventually { gateway.feed.count == 4 }
            #expect(try await client.emitWithAck("stream.cancel", ["fed"]) == [2])
            #expect(try await waiting == [], "who waits for the first element gets an empty ack")
            try await server.eventually { gateway.feed.ended.notes == ["cancelled", "cancelled"] }
            #expect(try await client.emitWithAck("stream.cancel", ["fed"]) == [0])
            #expect(try await server.streams == 2)
            for arguments in [[], [1], ["fed", "fed"]] as [[JSONValue]] {
                #expect(try await client.emitWithAck("stream.cancel", arguments).first?["code"] == "invalid")
            }
            #expect(try await client.emitWithAck("stream.cancel", ["no such event"]) == [0])
        }
    }

    @Test("A client that leaves ends its streams, and the source sees it", arguments: ["closes", "leaves the namespace", "is put out"])
    func leaving(_ way: String) async throws {
        try await with { server, gateway in
            let client = try await server.join()
            try await client.emit("fed")
            async let waiting = client.emitWithAck("fed")
            try await server.eventually { gateway.feed.count == 2 }
            switch way {
            case "closes": try await client.close()
            case "leaves the namespace": try await client.leave("/")
            default: try await server.handle.of("/").disconnectSockets()
            }
            try await server.eventually { gateway.feed.ended.notes == ["cancelled", "cancelled"] }
            #expect(try await server.streams == 0)
            _ = try? await waiting
        }
    }

    @Test("A stop of the server ends streams, and nothing of them is left")
    func stop() async throws {
        let gateway = Streaming()
        try await with(gateway) { server, _ in
            try await server.join().emit("fed")
            try await server.eventually { gateway.feed.count == 1 }
        }
        try await eventually { gateway.feed.ended.notes == ["cancelled"] }
    }

    @Test("A connection has 16 streams; the next one is refused, until one has ended")
    func bound() async throws {
        try await with { server, gateway in
            let client = try await server.join()
            for _ in 0..<16 { try await client.emit("fed") }
            let refused = try await client.emitWithAck("fed").first
            #expect(refused?["code"] == "limit")
            #expect(try await server.record(of: refused?["decision"]?.stringValue)?["decision"]?["reason"] == "limit_streams")
            gateway.feed.finish(3)
            try await server.eventually { try await server.streams == 15 }
            #expect(try await client.emitWithAck("count", [1]) == [1])
            #expect(try await server.join("bob").emitWithAck("count", [1]) == [1], "others have their own")
        }
    }

    @Test("Rules that take the right away end a stream at its next element, which does not come")
    func revoked() async throws {
        try await with { server, gateway in
            let client = try await server.join()
            let host = try await server.join("hana", roles: ["host"])
            try await client.emit("fed")
            try await server.eventually { gateway.feed.count == 1 }
            try await host.emit("fed")
            try await server.eventually { gateway.feed.count == 2 }
            gateway.feed.send(1, to: 0)
            #expect(try await client.event("fed") == [1])
            var policies = TestPolicies().allowing(send: "{ id: root.send, event: \"**\", when: { roles: { any_of: [host] } } }")
            policies.replace("revision: 1\n", with: "revision: 2\n", in: "root.yaml")
            try server.directory.write(policies)
            _ = try await #require(server.runtime.policyReload).reload(by: .hangUp)
            gateway.feed.send(2, to: 0)
            gateway.feed.send(3, to: 1)
            #expect(try await client.event("exception").first?["code"] == "forbidden")
            #expect(try await host.event("fed") == [3])
            try await client.refute("fed", within: .zero)
            try await server.eventually { gateway.feed.ended.notes == ["cancelled"] }
            #expect(try await server.streams == 1)
        }
    }

    @Test("A client that reads nothing over a WebSocket suspends the source, which goes on when it reads")
    func slowWebSocket() async throws {
        let gateway = Streaming()
        try await with(gateway) { server, gateway in
            let slow = try await SlowReader(server, subject: "slow")
            let neighbour = try await server.join("neighbour")
            try await slow.send("42[\"long\",16000]")
            try await server.eventually { try await server.sum { $0.session.isWritable ? 0 : 1 } == 1 }
            let made = gateway.recorder.notes.count
            for number in 1...20 { #expect(try await neighbour.emitWithAck("now", [.integer(Int64(number))]) == [.integer(Int64(number))]) }
            #expect(gateway.recorder.notes.count == made, "the source went on")
            #expect(try await server.queuedBytes < 400_000)
            try await slow.resume()
            try await server.eventually { gateway.recorder.notes.count == 3_000 }
        }
    }

    @Test("A source that is always ready keeps neither its client nor anybody else from the event loop")
    func endless() async throws {
        try await with { server, _ in
            // Nobody takes the elements, and a slow machine has many before the last answer.
            let client = try await server.join(inboxLimit: .max)
            let neighbour = try await server.join("neighbour")
            try await client.emit("endless", [])
            for number in 1...20 { #expect(try await neighbour.emitWithAck("now", [.integer(Int64(number))]) == [.integer(Int64(number))]) }
            #expect(try await client.emitWithAck("stream.cancel", ["endless"], timeout: .seconds(30)) == [1])
            try await server.eventually { try await server.streams == 0 }
        }
    }

    @Test("A client that polls no more suspends the source, which goes on with its next poll")
    func slowPolling() async throws {
        try await with { server, gateway in
            let slow = try await RawPoller(server)
            let neighbour = try await server.join("neighbour")
            try await slow.send("42[\"long\",4000]")
            try await server.eventually { gateway.recorder.notes.count >= 4 }
            for number in 1...20 { #expect(try await neighbour.emitWithAck("now", [.integer(Int64(number))]) == [.integer(Int64(number))]) }
            let made = gateway.recorder.notes.count
            #expect(made <= 6, "\(made) of 4000 bytes each")
            #expect(try await slow.poll().contains("42[\"long\","))
            try await server.eventually { gateway.recorder.notes.count > made }
        }
    }
}

extension TestServer {
    /// Streams that have not ended, of all connections.
    var streams: Int {
        get async throws { try await sum { $0.connectionState?.streams.count ?? 0 } }
    }
}
