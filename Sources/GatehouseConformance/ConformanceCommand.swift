import ArgumentParser
import EngineIO
import NIOCore
import NIOPosix
import UnixSignals

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// `gatehouse-conformance --port N`: what the public protocol suites and foreign clients are pointed at (protocol.md section 8).
@main
struct ConformanceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gatehouse-conformance",
        abstract: "Engine.IO 4, Socket.IO 5 and WebSocket on the loopback interface, without authentication, for conformance suites.",
        discussion: """
            Paths: /socket.io/ (namespaces /, /custom, /clients), /engine.io/ (echo), /ws-echo (WebSocket echo). There is nothing to \
            secure here and nothing is: it listens on 127.0.0.1 only. The product is `gatehouse serve`.
            """
    )

    @Option(help: "The port; 0 lets the system choose one, which is printed.")
    var port: Int = 0

    @Option(help: "Event loops, 1 to 64. With one, requests on several connections are taken in the order in which the suites send them.")
    var loops: Int = 1

    @Option(help: "Milliseconds a client has to answer a ping. The suites need the default; a slow machine's browser needs more.")
    var pingTimeout: Int = 200

    func validate() throws {
        guard (1...120_000).contains(pingTimeout) else { throw ValidationError("--ping-timeout is a number from 1 to 120000.") }
        guard (0...65_535).contains(port) else { throw ValidationError("--port is a number from 0 to 65535.") }
        guard (1...64).contains(loops) else { throw ValidationError("--loops is a number from 1 to 64.") }
    }

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: loops)
        let server = try await ConformanceServer.make(on: group, pingTimeout: .milliseconds(Int64(pingTimeout)))
        let address = try await server.bind(host: "127.0.0.1", port: port)
        print("gatehouse-conformance listening on http://127.0.0.1:\(address.port ?? port)")
        // The parent process reads the line from a pipe, which would not be flushed before the end.
        fflush(nil)
        for await _ in signals { break }
        _ = try await server.shutdown(within: .seconds(1))
        try await group.shutdownGracefully()
    }
}
