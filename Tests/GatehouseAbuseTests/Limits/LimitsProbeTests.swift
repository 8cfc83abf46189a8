import Foundation
import Gatehouse
import GatehousePolicy
import GatehouseTLS
import GatehouseTesting
import NIOCore
import Testing

@Suite("Limits, found from outside", .serialized, .timeLimit(.minutes(5)))
struct LimitsProbeTests {
    static let sizesAndCounts = LimitProbe.sizes + LimitProbe.json + LimitProbe.counts + LimitProbe.connections + LimitProbe.rates

    /// Rows that are not found by a script, and what finds them.
    static let others: [String: String] = [
        "tls_handshake_timeout_ms": "handshake", "drain_timeout_ms": "drain", "pending_acks": "pendingAcks",
        "outbound_queue": "outboundQueue",
        "unauthenticated.outbound": "the corpus, SEC-24", "http.answer_timeout_ms": "the corpus, SEC-24",
        "unauthenticated.held": "the corpus, and holdsNoMore",
        "token": "GatehouseTokensTests, SEC-14", "event_loops": "no limit of a peer's", "/ token.max_session_ms": "GatehouseTests, SEC-16",
        "/ rooms.max_per_connection": "GatehouseTests, POL-15",
    ]

    @Test(
        "AC-20, LIM-01, LIM-02, REL-05, SEC-21, SEC-23: what `gatehouse limits` says is taken, one more is not", arguments: sizesAndCounts)
    func counted(_ probe: LimitProbe) async throws {
        for change in probe.tries {
            try await LiveServer.with(probe.configure) { server in
                let value = try #require(server.limits[probe.row], "`gatehouse limits` has no row \(probe.row)")
                if let configured = probe.configured { #expect(value == configured, "what was configured is not what is shown") }
                let limit = try #require(value.amount)
                let isWithin = probe.isLeast ? change >= 0 : change <= 0
                let script = probe.script(limit + change) + "\n" + (isWithin ? probe.within : probe.beyond)
                do {
                    try await server.play(script)
                } catch {
                    Issue.record("\(probe) with \(limit + change), where the limit is \(limit): \(error)")
                }
            }
        }
    }

    @Test(
        "LIM-01, LIM-02, SEC-22: what `gatehouse limits` says passes before a peer is cut, and at most a second more",
        arguments: TimeProbe.all)
    func timed(_ probe: TimeProbe) async throws {
        try await LiveServer.with(probe.configure) { server in
            let value = try #require(server.limits[probe.row], "`gatehouse limits` has no row \(probe.row)")
            if let configured = probe.configured { #expect(value == configured, "what was configured is not what is shown") }
            let limit = try #require(value.amount)
            do {
                try await server.play(
                    "\(probe.start)\nadvance \(limit - 1 - probe.elapsed)ms\n\(probe.before)\nadvance 1001ms\n\(probe.after)")
            } catch {
                Issue.record("\(probe), where the limit is \(limit) ms: \(error)")
            }
        }
    }

    @Test("LIM-01: every row of `gatehouse limits` has a probe")
    func complete() async throws {
        let probed = Set(Self.sizesAndCounts.map(\.row) + TimeProbe.all.map(\.row) + Self.others.keys)
        try await LiveServer.with({ settings in
            settings.limits = ["payload: 4KiB", "violations: { window: 60s, disconnect_after: 3, ban_after: 4, ban_for: 1s }"]
            settings.limits.append("user: { connections: 2 }")
        }) { server in
            let rows = server.limits.rows.map(\.name).filter { !$0.hasPrefix("/admin ") && !$0.hasPrefix("/third ") }
            #expect(rows.filter { !probed.contains($0) } == [])
            #expect(Set(rows).count == rows.count, "a row is there twice")
        }
    }

    @Test("LIM-01, API-08, SEC-24: a client that polls and leaves more than the queue may hold is put out", arguments: -1...1)
    func outboundQueue(_ change: Int) async throws {
        try await LiveServer.with({ $0.configuration.limits.outboundQueue = 65_536 }) { server in
            let limit = try #require(server.limits["outbound_queue"]?.amount)
            // An ack is `431["…"]`; a packet in the queue costs 16 bytes beside its own.
            let (cost, whole) = (16 + 7, 16_000)
            let rest = limit + change - 4 * whole - cost
            func echo(_ count: Int) -> String {
                "send post(\"421[\\\"echo\\\",{\\\"value\\\":\\\"\" \(count)*\"x\" \"\\\"}]\")\nexpect status 200 400"
            }
            let steps = Array(repeating: echo(whole - cost), count: 4) + [echo(rest)]
            let end = change > 0 ? "expect end" : "send $get\nexpect status 200\nexpect body-contains \"431[\""
            try await server.play("joined-polling\n\(steps.joined(separator: "\n"))\n\(end)")
        }
    }

    @Test(
        "LIM-02, SEC-24: over a WebSocket the server holds the configured amount for a slow client, and no more",
        arguments: [65_536, 262_144])
    func slowReader(_ limit: Int) async throws {
        try await LiveServer.with({ $0.configuration.limits.outboundQueue = limit }) { server in
            let player = try AbusePlayer(server)
            let watch = HoldingsWatch(server, baseline: Holdings())
            let join = #"send text("40{\"token\":\"" $token "\"}")"#
            try await server.play(
                player, "narrow\n\(join)\nexpect text-beginning \"40\"\nsend text(\"42[\\\"pour\\\",{\\\"value\\\":16384}]\")")
            try await server.eventually("the client is cut") { try await server.holdings().sessions == 0 }
            let worst = try await watch.end()
            player.closeAll()
            #expect(worst.bytes <= limit + 66_000, "\(worst.bytes) bytes were held")
        }
    }

    @Test("LIM-01: the server waits for so many acks of a client, and for one more it does not ask")
    func pendingAcks() async throws {
        try await LiveServer.with { server in
            let limit = try #require(server.limits["pending_acks"]?.amount)
            let client = try await server.honestClient()
            let everyone = server.running.handle.of("/")
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<limit { group.addTask { try await everyone.emitWithAck("ask").answers.count } }
                for _ in 0..<limit { _ = try await client.receive("ask") }
                let beyond = try await everyone.emitWithAck("ask")
                #expect(beyond.answers.isEmpty && beyond.silent.isEmpty && beyond.overLimit.count == 1)
                try await client.refute("ask", within: .zero)
                try await server.advance(.seconds(6))
                for try await answers in group { #expect(answers == 0) }
            }
        }
    }

    @Test("LIM-01, SEC-22, SEC-43: a TLS handshake that is not finished is cut at its limit")
    func handshake() async throws {
        try await LiveServer.with({ $0.isSecure = true }) { server in
            let limit = try #require(server.limits["tls_handshake_timeout_ms"]?.amount)
            // TLS keeps its own time, which is not injected: this waits as long as a peer would.
            let socket = try RawSocket(port: server.port)
            let start = NIODeadline.now()
            socket.send([0x16, 0x03, 0x01])
            try socket.receiveEnd()
            let passed = Int((NIODeadline.now() - start).nanoseconds / 1_000_000)
            #expect((limit...limit + 1_000).contains(passed), "cut after \(passed) ms")
        }
    }

    @Test("LIM-01, LIM-02, REL-23: a stop waits as long as is configured for a client that does not go")
    func drain() async throws {
        try await LiveServer.with({ $0.configuration.drainTimeout = .milliseconds(700) }) { server in
            let limit = try #require(server.limits["drain_timeout_ms"]?.amount)
            #expect(limit == 700)
            let player = try AbusePlayer(server)
            try await server.play(player, "joined")
            let start = NIODeadline.now()
            try await server.stop(lettingTimePass: false)
            let passed = Int((NIODeadline.now() - start).nanoseconds / 1_000_000)
            player.closeAll()
            #expect((limit...limit + 1_000).contains(passed), "stopped after \(passed) ms")
        }
    }

    @Test("SEC-A: what may be held for a client before it shows a token is 64 KiB at most, by the limits that are in force")
    func holdsNoMore() async throws {
        try await LiveServer.with { server in
            let held = try #require(server.limits["unauthenticated.held"]?.amount)
            #expect(held <= 65_536)
        }
    }
}

extension EffectiveLimits.Value {
    /// The number in it: of a rate, what may be spent at once.
    var amount: Int? {
        switch self {
        case .count(let count), .bytes(let count), .within(let count, _): count
        case .span(let milliseconds): Int(milliseconds)
        case .rate(let rate): Int(rate.burst)
        case .none: nil
        }
    }
}
