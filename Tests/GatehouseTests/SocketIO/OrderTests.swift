import GatehouseJSON
import GatehouseTestSupport
import GatehouseTesting
import NIOCore
import SocketIO
import Testing

@testable import Gatehouse

@Suite("Order of events")
struct OrderTests {
    @Test(
        "SIO-11, REL-09: events of one client are handled in arrival order, suspending or not", arguments: SocketIOClient.Transport.allCases
    )
    func arrivalOrder(_ transport: SocketIOClient.Transport) async throws {
        let recorder = Recorder()
        let gateway = ScriptGateway<Root>(
            now: { step, _ in
                recorder.note("now \(step.value?.integerValue ?? -1)")
                return step.value
            },
            later: { step, _ in
                recorder.note("begin \(step.value?.integerValue ?? -1)")
                for _ in 0..<5 { await Task.yield() }
                recorder.note("end \(step.value?.integerValue ?? -1)")
                return step.value
            })
        try await TestServer.with(PendingMount(gateway)) { server in
            let client = try await server.join(over: transport)
            var expected: [String] = []
            for number in 0..<40 {
                if number % 3 == 0 {
                    try await client.emit("now", [["value": .integer(Int64(number))]])
                    expected.append("now \(number)")
                } else {
                    try await client.emit("later", [["value": .integer(Int64(number))]])
                    expected += ["begin \(number)", "end \(number)"]
                }
            }
            #expect(try await client.emitWithAck("now", [["value": 99]]) == [99])
            #expect(recorder.notes == expected + ["now 99"])
        }
    }

    @Test("SIO-11: one client's slow handler holds up nobody else, nor its own other namespace")
    func independence() async throws {
        let latch = Latch()
        let root = ScriptGateway<Root>(later: { step, _ in
            await latch.wait()
            return step.value
        })
        try await TestServer.with(
            PendingMount(root), PendingMount(ScriptGateway<Side>()),
            configure: { $0.policies = TestPolicies().allowing().allowing("/side") }
        ) { server in
            let client = try await server.join()
            try await client.join("/side", auth: try server.auth())
            let other = try await server.join("bob")
            async let held = client.emitWithAck("later", [["value": 1]])
            #expect(try await client.emitWithAck("now", [["value": 2]], in: "/side") == [2])
            #expect(try await other.emitWithAck("now", [["value": 3]]) == [3])
            latch.open()
            #expect(try await held == [1])
        }
    }

    @Test("SIO-11: what a handler emits leaves in the order of the calls, before its ack")
    func emitOrder() async throws {
        let gateway = ScriptGateway<Root>(later: { _, context in
            for number in 0..<20 {
                try context.client.emit("tick", number)
                if number % 4 == 0 { await Task.yield() }
            }
            return "done"
        })
        try await TestServer.with(PendingMount(gateway)) { server in
            let client = try await server.join()
            #expect(try await client.emitWithAck("later", [[:]]) == ["done"])
            for number in 0..<20 { #expect(try await client.event("tick", within: .zero) == [.integer(Int64(number))]) }
        }
    }

    @Test("LIM: reading stops when as many events wait as may, and goes on when half of them are done; none is lost")
    func mailboxBound() async throws {
        let latch = Latch()
        let recorder = Recorder()
        let gateway = ScriptGateway<Root>(
            now: { step, _ in
                recorder.note("\(step.value?.integerValue ?? -1)")
                return step.value
            },
            later: { _, _ in
                await latch.wait()
                return nil
            })
        try await TestServer.with(PendingMount(gateway), configure: { $0.limits.queuedEventsPerSocket = 8 }) { server in
            let client = try await server.join()
            try await client.emit("later", [[:]])
            let total = 4_000
            for number in 0..<total { try await client.emit("now", [["value": .integer(Int64(number))]]) }
            async let last = client.emitWithAck("now", [["value": -2]], timeout: .seconds(20))
            try await server.eventually { try await server.waitingEvents >= 8 }
            // Each look is a turn of the event loop, in which more would be read.
            var waiting = 0
            for _ in 0..<50 { waiting = max(waiting, try await server.waitingEvents) }
            #expect(waiting == 8, "\(waiting) events wait")
            #expect(recorder.notes.isEmpty)
            latch.open()
            #expect(try await last == [-2])
            #expect(recorder.notes == (0..<total).map { "\($0)" } + ["-2"])
        }
    }

    @Test("SEC-21: what waits is bounded in bytes too, over all namespaces of a connection; none is lost")
    func mailboxBytes() async throws {
        let latch = Latch()
        let recorder = Recorder()
        let gateway = ScriptGateway<Root>(
            now: { step, _ in
                recorder.note("\(step.value?.stringValue?.utf8.count ?? -1)")
                return nil
            },
            later: { _, _ in
                await latch.wait()
                return nil
            })
        try await TestServer.with(PendingMount(gateway), configure: { $0.limits.queuedBytesPerConnection = 40_000 }) { server in
            let client = try await server.join()
            try await client.emit("later", [[:]])
            let text = String(repeating: "x", count: 15_000)
            for _ in 0..<40 { try await client.emit("now", [["value": .string(text)]]) }
            async let last = client.emitWithAck("now", [["value": "end"]], timeout: .seconds(20))
            try await server.eventually { try await server.waitingEvents >= 3 }
            #expect(try await server.waitingEvents == 3)
            #expect(recorder.notes.isEmpty)
            latch.open()
            #expect(try await last == [])
            #expect(recorder.notes == Array(repeating: "15000", count: 40) + ["3"])
        }
    }

    @Test("a client whose full mailbox stopped its connection is put out of that namespace: the connection is read again")
    func readingResumes() async throws {
        let latch = Latch()
        let root = ScriptGateway<Root>(later: { _, _ in
            await latch.wait()
            return nil
        })
        try await TestServer.with(
            PendingMount(root), PendingMount(ScriptGateway<Side>()),
            configure: {
                $0.policies = TestPolicies().allowing().allowing("/side")
                $0.limits.queuedEventsPerSocket = 4
            }
        ) { server in
            let client = try await server.join()
            try await client.join("/side", auth: try server.auth())
            try await client.emit("later", [[:]])
            for _ in 0..<4 { try await client.emit("now", [[:]]) }
            try await server.eventually { try await server.waitingEvents >= 4 }
            async let side = client.emitWithAck("now", [["value": 1]], in: "/side")
            try await server.handle.of("/").disconnectSockets()
            #expect(try await side == [1])
            latch.open()
        }
    }

    @Test(
        "GW-02: the events of a client wait for didConnect, and are not lost when it takes too long",
        arguments: SocketIOClient.Transport.allCases, [false, true])
    func connectedFirst(_ transport: SocketIOClient.Transport, isLate: Bool) async throws {
        struct Readiness: ClientData { var isReady = false }
        let latch = Latch()
        let gateway = ScriptGateway<Root>(
            now: { _, context in .bool(context.client[Readiness.self].isReady) },
            connected: { client in
                await latch.wait()
                client[Readiness.self].isReady = true
            })
        try await TestServer.with(PendingMount(gateway)) { server in
            let client = try await server.join(over: transport)
            async let answer = client.emitWithAck("now", [[:]], timeout: .seconds(20))
            try await server.eventually { try await server.waitingEvents == 1 }
            if isLate { try await server.advance(.seconds(10)) } else { latch.open() }
            #expect(try await answer == [.bool(!isLate)])
            latch.open()
            #expect(try await client.emitWithAck("now", [[:]]).count == 1)
        }
    }
}
