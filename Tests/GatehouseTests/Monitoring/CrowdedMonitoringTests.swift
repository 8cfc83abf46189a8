import GatehouseTestSupport
import NIOCore
import NIOPosix
import Testing

@testable import Gatehouse

@Suite("Probes beside a crowd", .timeLimit(.minutes(1)))
struct CrowdedMonitoringTests {
    /// What somebody sends who does not mean to be answered soon.
    static let openings = [
        "", "GET /healthz HTTP/1.1\r\nHost: x\r\n", "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n",
        "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n",
    ]

    @Test(
        "A probe is answered however many connections are open that say nothing, half of something, or no more", arguments: openings,
        [1, 2])
    func probe(_ opening: String, _ loops: Int) async throws {
        var fixture = try StartFixture()
        defer { fixture.directory.remove() }
        fixture.configuration.monitoring = Monitoring(port: 0)
        fixture.configuration.eventLoops = loops
        let server = try await fixture.application.start()
        let url = try #require(server.monitoringURL)
        let port = try #require(Int(url.split(separator: ":").last ?? ""))
        var crowd: [any Channel] = []
        for number in 0..<200 {
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connect(host: "127.0.0.1", port: port)
                .get()
            try? await channel.writeAndFlush(ByteBuffer(string: opening))
            crowd.append(channel)
            guard number % 40 == 39 else { continue }
            for path in ["/healthz", "/readyz", "/metrics"] {
                let answer = try await RawHTTP.send("GET", path, to: url)
                #expect(answer.hasPrefix("HTTP/1.1 200 "), "\(path) beside \(number): \(answer)")
            }
        }
        // The others have been let go, the oldest first.
        let open = crowd.map(\.isActive)
        #expect(open.count { $0 } <= 64 && open.first == false)
        for channel in crowd { channel.close(promise: nil) }
        try await server.stop()
    }
}
