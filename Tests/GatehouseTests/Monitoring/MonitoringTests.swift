import GatehouseAudit
import GatehouseTestSupport
import GatehouseTesting
import NIOCore
import NIOPosix
import Testing

@testable import Gatehouse

@Suite("What a running server tells of itself", .timeLimit(.minutes(1)))
struct MonitoringTests {
    private func with(
        files: (any AuditFileSystem)? = nil, loops: Int = 1, drain: Duration = .milliseconds(200),
        _ body: (StartFixture, RunningServer, String) async throws -> Void
    ) async throws {
        var fixture = try StartFixture()
        defer { fixture.directory.remove() }
        fixture.configuration.monitoring = Monitoring(port: 0)
        fixture.configuration.eventLoops = loops
        fixture.configuration.drainTimeout = drain
        let application = fixture.application
        let server = try await (files.map { application.auditing(in: $0) } ?? application).start()
        do {
            try await body(fixture, server, try #require(server.monitoringURL))
        } catch {
            try? await server.stop()
            throw error
        }
        // Who cannot write its log says so at the end.
        if files == nil { try await server.stopLeavingNothing() } else { try? await server.stop() }
    }

    /// The values of all metrics, by name and labels.
    private func metrics(_ url: String) async throws -> [String: String] {
        let answer = try await RawHTTP.send("GET", "/metrics", to: url)
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"), "\(answer)")
        let lines = answer.split(separator: "\r\n").last?.split(separator: "\n").filter { !$0.hasPrefix("#") } ?? []
        return Dictionary(
            lines.compactMap { line in line.lastIndex(of: " ").map { (String(line[..<$0]), String(line[line.index(after: $0)...])) } },
            uniquingKeysWith: { first, _ in first })
    }

    @Test("REL-26: there is nothing unless it is asked for, and then on the loopback interface")
    func places() async throws {
        let fixture = try StartFixture()
        defer { fixture.directory.remove() }
        let server = try await fixture.application.start()
        #expect(server.monitoringURL == nil)
        try await server.stopLeavingNothing()
        #expect(Monitoring().host == "127.0.0.1")
    }

    @Test("REL-26: health, readiness and metrics are on a port of their own, and nothing else is", arguments: [1, 2])
    func paths(loops: Int) async throws {
        try await with(loops: loops) { _, server, url in
            let (health, readiness) = (
                try await RawHTTP.send("GET", "/healthz", to: url), try await RawHTTP.send("GET", "/readyz", to: url)
            )
            #expect(health.hasPrefix("HTTP/1.1 200 ") && health.hasSuffix("\r\n\r\nok\n"), "\(health)")
            #expect(readiness.hasPrefix("HTTP/1.1 200 ") && readiness.hasSuffix("\r\n\r\nready\n"), "\(readiness)")
            for path in ["/", "/socket.io/?EIO=4&transport=polling", "/healthz/", "/metrics/x"] {
                #expect(try await RawHTTP.send("GET", path, to: url).hasPrefix("HTTP/1.1 404 "), "\(path)")
            }
            for path in ["/healthz", "/readyz", "/metrics"] {
                #expect(try await RawHTTP.send("GET", path, to: server.url).hasPrefix("HTTP/1.1 404 "), "\(path)")
                #expect(try await RawHTTP.send("POST", path, to: url).hasPrefix("HTTP/1.1 400 "), "\(path)")
            }
        }
    }

    @Test("REL-26: metrics count clients, events, refusals and what the process uses, and name no user")
    func metrics() async throws {
        try await with { fixture, server, url in
            let before = try await metrics(url)
            #expect(before["gatehouse_clients{namespace=\"/\"}"] == "0")
            #expect(before["gatehouse_connections{transport=\"polling\"}"] == "0")
            let client = try await fixture.connect(server)
            try await client.join("/", auth: try fixture.auth("alice"))
            _ = try await client.emitWithAck("now", [["value": 1]])
            _ = try await client.emitWithAck("nothing", [["value": 1]])
            let gone = try await fixture.connect(server, .polling)
            try await gone.join("/", auth: try fixture.auth("bob"))
            _ = try await gone.emitWithAck("now", [["value": 1]])
            try await gone.close()
            try await eventually { try await metrics(url)["gatehouse_users"] == "1" }
            let now = try await metrics(url)
            let expected = [
                ("gatehouse_clients{namespace=\"/\"}", "1"), ("gatehouse_connections{transport=\"websocket\"}", "1"),
                ("gatehouse_connections{transport=\"polling\"}", "0"), ("gatehouse_users", "1"),
                ("gatehouse_events_received_total", "3"), ("gatehouse_audit_events_total{event=\"msg.denied\"}", "1"),
                ("gatehouse_audit_events_total{event=\"auth.ok\"}", "2"), ("gatehouse_audit_writable", "1"),
                ("gatehouse_audit_lost_total", "0"), ("gatehouse_policy_generation", "1"),
            ]
            for (name, value) in expected { #expect(now[name] == value, "\(name)") }
            #expect(now["gatehouse_event_loop_lag_seconds_count"] == now["gatehouse_event_loop_lag_seconds_bucket{le=\"+Inf\"}"])
            let memory = try #require(now["process_resident_memory_bytes"].flatMap { Int($0) })
            let time = try #require(now["process_cpu_seconds_total"].flatMap { Double($0) })
            #expect(memory > 1_000_000 && time > 0)
            let all = now.keys.joined(separator: " ")
            #expect(!all.contains("alice") && !all.contains("127.0.0.1"))
        }
    }

    @Test("REL-26, AUD-14: who lets nobody in for want of an audit log is alive and not ready")
    func audit() async throws {
        let files = FaultyFiles()
        try await with(files: files) { _, server, url in
            files.change { $0.always = ErrorNumber.input }
            await #expect(throws: AuditError.self) { try await server.runtime.audit.recordDurably(AuditRecord(.adminBanAdd)) }
            let answer = try await RawHTTP.send("GET", "/readyz", to: url)
            #expect(answer.hasPrefix("HTTP/1.1 503 ") && answer.hasSuffix("the audit log has no room for newcomers\n"), "\(answer)")
            #expect(try await RawHTTP.send("GET", "/healthz", to: url).hasPrefix("HTTP/1.1 200 "))
            #expect(try await metrics(url)["gatehouse_audit_writable"] == "0")
        }
    }

    @Test("REL-23, REL-26: a server that stops is not ready from the start, while it still waits for clients")
    func stopping() async throws {
        try await with(drain: .seconds(30)) { _, server, url in
            // A client that says nothing more, not even to the server's Close.
            let silent = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(host: server.host, port: server.port).get()
            try await silent.writeAndFlush(
                ByteBuffer(
                    string: "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n"
                        + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"))
            try await eventually { try await metrics(url)["gatehouse_connections{transport=\"websocket\"}"] == "1" }
            async let stop: Void = server.stop()
            var answer = ""
            repeat { answer = try await RawHTTP.send("GET", "/readyz", to: url) } while answer.hasSuffix("\r\nready\n")
            #expect(answer.hasPrefix("HTTP/1.1 503 ") && answer.hasSuffix("the server is stopping\n"), "\(answer)")
            silent.close(promise: nil)
            try await stop
        }
    }

    @Test("REL-24: an address that is taken refuses the start, and nothing is left half-started")
    func taken() async throws {
        try await with { _, server, url in
            var second = try StartFixture()
            defer { second.directory.remove() }
            second.configuration.monitoring = Monitoring(port: try #require(Int(url.split(separator: ":").last ?? "")))
            let refusal = try await second.refusal()
            #expect(refusal?.code == .monitoring)
            #expect(refusal?.message.contains("health and metrics on 127.0.0.1:") == true)
            // Who can do without it starts.
            second.configuration.monitoring?.isRequired = false
            let other = try await second.application.start()
            #expect(other.monitoringURL == nil)
            try await other.stopLeavingNothing()
            second.configuration.monitoring = nil
            #expect(try await second.refusal() == nil)
        }
    }
}
