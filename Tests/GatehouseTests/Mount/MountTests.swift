import EngineIO
import GatehouseJSON
import GatehouseLiveObjects
import GatehouseNetwork
import GatehouseTestSupport
import GatehouseTesting
import NIOCore
import NIOPosix
import Testing

@testable import Gatehouse

@Suite("A gateway on a server of one's own", .timeLimit(.minutes(1)))
struct MountTests {
    private static let poll = "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: a\r\n\r\n"
    private static let page = "GET /page HTTP/1.1\r\nHost: a\r\n\r\n"

    private func run(
        _ gateway: ScriptGateway<Root> = ScriptGateway(), global: String = "", loops: Int = 2, listens: Bool = false,
        drainTimeout: Duration = .milliseconds(200),
        sourceLocation: SourceLocation = #_sourceLocation, _ body: (StartFixture, RunningServer, HostServer) async throws -> Void
    ) async throws {
        var fixture = try StartFixture(TestPolicies(global: global).allowing())
        defer { fixture.directory.remove() }
        fixture.configuration.eventLoops = loops
        fixture.configuration.drainTimeout = drainTimeout
        let application = fixture.application(gateway)
        let server = try await (listens ? application : application.withoutListener()).start()
        let host = try await HostServer(mounting: server)
        let result: Result<Void, any Error>
        do { result = .success(try await body(fixture, server, host)) } catch { result = .failure(error) }
        try await host.stop()
        try await server.stopLeavingNothing(sourceLocation: sourceLocation)
        try result.get()
    }

    @Test("MDL-37: clients come in by the other server's port, on every transport, and its own paths stay its own")
    func transports() async throws {
        try await run { fixture, server, host in
            #expect(server.url.isEmpty && server.port == 0)
            for transport in SocketIOClient.Transport.allCases {
                let client = try await SocketIOClient.connect(host.url, options: .init(transport: transport))
                try await client.join("/", auth: fixture.auth())
                let large = String(repeating: "x", count: 30_000)
                for value in [.string(large), 1, 2] as [JSONValue] {
                    #expect(try await client.emitWithAck("now", [["value": value]]) == [value])
                }
                try server.handle.emit("news", "all")
                #expect(try await client.event("news") == ["all"])
                #expect(try await RawHTTP.send("POST", "/page", body: "abc", to: host.url).contains("theirs POST /page 3"))
                try await client.close()
            }
            try await eventually { server.live[.connections] == 0 && server.engine.counts.connections == 0 }
        }
    }

    @Test("MDL-37: on one kept connection theirs are answered, then ours, whose answer ends the connection")
    func keptConnection() async throws {
        try await run { _, server, host in
            let connection = try await RawConnection(port: host.port)
            try await connection.send(Self.page)
            try await connection.see("theirs GET /page 0")
            try await connection.send("POST /files HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")
            try await connection.see("theirs POST /files 3")
            #expect(server.live[.connections] == 0)
            try await connection.send(Self.poll)
            try await connection.see("\"sid\":\"")
            let text = try await connection.end()
            #expect(text.contains("Connection: close") || text.contains("connection: close"))
        }
    }

    @Test("MDL-37: a request of ours behind others waits until they are answered, however slow they are")
    func pipelined() async throws {
        try await run { _, server, host in
            let connection = try await RawConnection(port: host.port)
            try await connection.send(Self.page + "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n" + Self.poll + Self.page)
            try await connection.see("theirs GET /page 0")
            #expect(server.live[.connections] == 0)
            host.slow.open()
            let text = try await connection.end()
            let order = ["theirs GET /page 0", "theirs GET /slow 0", "\"sid\":\""].compactMap { text.firstRange(of: $0)?.lowerBound }
            #expect(order.count == 3 && order == order.sorted())
            #expect(text.ranges(of: "theirs").count == 2, "what comes behind ours is answered by nobody: \(text)")
        }
    }

    @Test("MDL-37: the connections of an address are counted together, whichever port they came by")
    func addressLimits() async throws {
        try await run(global: "limits:\n  connections: { node: 100, per_ip: 2, unauthenticated: 100 }\n", listens: true) {
            fixture, server, host in
            var clients: [SocketIOClient] = []
            for url in [host.url, server.url] {
                let client = try await SocketIOClient.connect(url)
                try await client.join("/", auth: fixture.auth())
                clients.append(client)
            }
            #expect(server.live[.connections] == 2 && server.engine.counts.connections == 2)
            let third = try await RawConnection(port: host.port)
            try await third.send(Self.poll)
            #expect(try await third.end().contains("HTTP/1.1 429"))
            #expect(try await RawHTTP.send("GET", "/page", to: host.url).contains("theirs GET /page"))
            for client in clients { try await client.close() }
        }
    }

    @Test("MDL-37: what a trusted proxy says of its client holds, and what another says does not", arguments: [true, false])
    func proxies(isTrusted: Bool) async throws {
        let seen = Latest()
        let gateway = ScriptGateway<Root>(now: { _, context in
            seen.context = context
            return nil
        })
        let limits = "limits:\n  connections: { node: 1000, per_ip: 500, unauthenticated: 500 }\n"
        let global = limits + (isTrusted ? "trusted_proxies: [127.0.0.0/8]\n" : "trusted_proxies: [192.0.2.0/24]\n")
        try await run(gateway, global: global) { fixture, _, host in
            let headers = [("X-Forwarded-For", "203.0.113.7")]
            let client = try await SocketIOClient.connect(host.url, options: .init(headers: headers))
            try await client.join("/", auth: fixture.auth())
            try await client.emitWithAck("now", [[:]])
            #expect(seen.context?.client.handshake.client.ip?.description == (isTrusted ? "203.0.113.7" : "127.0.0.1"))
            seen.context = nil
            try await client.close()
        }
    }

    @Test("MDL-37: when the gateway stops its clients are told and it takes no more, while the other server goes on")
    func stopping() async throws {
        try await run { fixture, server, host in
            let client = try await SocketIOClient.connect(host.url)
            try await client.join("/", auth: fixture.auth())
            let kept = try await RawConnection(port: host.port)
            try await kept.send(Self.page)
            try await kept.see("theirs GET /page 0")
            try await server.stop()
            #expect(try await client.event("system.closed").first?["code"] == "shutdown")
            try await kept.send(Self.page + Self.poll)
            let text = try await kept.end()
            #expect(text.ranges(of: "theirs").count == 2 && !text.contains("sid"))
            #expect(try await RawHTTP.send("GET", "/page", to: host.url).contains("theirs GET /page"))
        }
    }

    @Test("MDL-37, REL-23: a client between two polls is told of the stop, by a connection that comes during the drain")
    func drain() async throws {
        try await run(drainTimeout: .seconds(10)) { fixture, server, host in
            let target = "/socket.io/?EIO=4&transport=polling"
            let opened = try await RawHTTP.send("GET", target, to: host.url)
            let session = target + "&sid=" + String(opened.split(separator: "\"sid\":\"").last?.prefix { $0 != "\"" } ?? "")
            let auth = try JSONValue.object(fixture.auth()).serialized
            _ = try await RawHTTP.send("POST", session, body: "40" + auth, to: host.url)
            #expect(try await RawHTTP.send("GET", session, to: host.url).contains("40{\"sid\""))
            let stop = Task { try await server.stop() }
            try await eventually { try await RawHTTP.send("GET", target, to: host.url).contains("HTTP/1.1 503") }
            #expect(try await RawHTTP.send("GET", session, to: host.url).contains("system.closed"))
            try await stop.value
            #expect(try await RawHTTP.send("GET", target, to: host.url).isEmpty)
        }
    }

    @Test("MDL-37: a channel that cannot be mounted on is refused with what to do, and nothing traps")
    func refusals() async throws {
        try await run { fixture, server, _ in
            func refusal(_ mounting: RunningServer, onLoop: Bool = true, _ channel: any Channel) async throws -> MountError? {
                guard onLoop else {
                    do throws(MountError) { try mounting.mount(on: channel) } catch { return error }
                    return nil
                }
                return try await channel.eventLoop.submit { () -> MountError? in
                    do throws(MountError) { try mounting.mount(on: channel) } catch { return error }
                    return nil
                }.get()
            }
            let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton).bind(host: "127.0.0.1", port: 0).get()
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(host: "127.0.0.1", port: listener.localAddress?.port ?? 0).get()
            #expect(try await refusal(server, onLoop: false, channel)?.code == .eventLoop)
            let pipeline = try await refusal(server, channel)
            #expect(pipeline?.code == .pipeline && pipeline?.message.contains("configureHTTPServerPipeline") == true)
            #expect(try await refusal(server, listener)?.code == .address)
            try await channel.close()
            try await listener.close()

            var secure = try StartFixture()
            defer { secure.directory.remove() }
            try secure.useTLS()
            let other = try await secure.application.start()
            #expect(try await refusal(other, channel)?.code == .configuration)
            try await other.stop()
        }
    }
}
