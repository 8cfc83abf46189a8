import EngineIO
import Foundation
import Gatehouse
import GatehouseJSON
import GatehouseLiveObjects
import GatehousePolicy
import GatehouseTLS
import GatehouseTestSupport
import GatehouseTesting
import Logging
import NIOCore
import Synchronization
import Testing

/// The real server in this process, put together by `Application` from files, on a port and with a clock of its own.
final class LiveServer: Sendable {
    let running: RunningServer
    let clock: TestClock
    let handled: HandlerCount
    let latch: Latch
    /// What `gatehouse limits` shows of a server with this configuration.
    let limits: EffectiveLimits
    private let isStopped = Atomic<Bool>(false)

    /// What a test may change.
    struct Settings {
        var configuration = Configuration(transport: .insecure)
        /// The lines of `limits` in `_global.yaml`.
        var globalLimits = ["connections: { node: 5000, per_ip: 5000, per_user: 1000, unauthenticated: 5000 }"]
        /// The lines of `limits` in the policy of `/`.
        var limits: [String] = []
        var origins = "allow: [\"https://app.example\"], allow_missing: true"
        /// Whether time stands still but for `advance`.
        var isClockMoved = true
        /// Whether it speaks TLS, with certificates made for the run.
        var isSecure = false

        init() {
            configuration.port = 0
            // Heartbeats must not come in between when the clock is moved.
            configuration.limits.pingInterval = .seconds(300)
            configuration.limits.pingTimeout = .seconds(120)
        }
    }

    private init(running: RunningServer, clock: TestClock, handled: HandlerCount, latch: Latch, limits: EffectiveLimits) {
        self.running = running
        self.clock = clock
        self.handled = handled
        self.latch = latch
        self.limits = limits
    }

    static func with(_ configure: (inout Settings) -> Void = { _ in }, _ body: (LiveServer) async throws -> Void) async throws {
        var settings = Settings()
        configure(&settings)
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("gatehouse-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        try TrialPolicies(settings).write(to: directory)
        var configuration = settings.configuration
        configuration.policies = directory.appendingPathComponent("policies").path
        configuration.root = directory.path
        configuration.audit = directory.appendingPathComponent("audit").path
        if settings.isSecure {
            _ = try DevelopmentCertificates.create(in: directory.path, now: TestClock.start / 1_000)
            let files = DevelopmentCertificates.Files(directory: directory.path)
            configuration.transport = .tls(certificate: files.certificate, privateKey: files.key)
        }
        let (handled, latch, clock) = (HandlerCount(), Latch(), TestClock())
        var application = Application(configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            .mount(TrialGateway<Root>(handled: handled, latch: latch))
            .mount(TrialGateway<Admin>(handled: handled)).mount(TrialGateway<Third>(handled: handled))
        if settings.isClockMoved { application = application.clocked(by: clock.server, engine: clock.engine) }
        let running = try await application.start()
        let limits = EffectiveLimits(configuration, running.runtime.policies.current)
        let server = LiveServer(running: running, clock: clock, handled: handled, latch: latch, limits: limits)
        let result: Result<Void, any Error>
        do {
            try await body(server)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        latch.open()
        try await server.stop()
        try result.get()
    }

    /// Once, whoever asks first.
    func stop(lettingTimePass: Bool = true) async throws {
        guard !isStopped.exchange(true, ordering: .sequentiallyConsistent) else { return }
        // A connection that lingers is waited for until its time is up, and here time passes only when it is made to.
        let passing = Task { [self] in
            for _ in 0..<(lettingTimePass ? 1_000 : 0) {
                guard !Task.isCancelled, !running.runtime.sockets.allLoops.isEmpty else { return }
                clock.advance(.seconds(1))
                do { _ = try await running.engine.onEachLoop { $0.tick() } } catch { return }
            }
        }
        defer { passing.cancel() }
        try await running.stop()
        let left = await LiveCounts.leftovers { [running] in running.live }
        #expect(left.isEmpty, "the server has stopped, and there still is: \(left)")
    }

    var port: Int { running.port }

    /// Lets the event loops take what clients have sent: each look at them is a turn of theirs, and loopback delivers at once.
    func settle() async throws {
        for _ in 0..<20 { _ = try await holdings() }
    }

    /// Moves the clock and lets everything that is due then happen.
    func advance(_ amount: TimeAmount) async throws {
        clock.advance(amount)
        _ = try await running.engine.onEachLoop { $0.tick() }
    }

    func token(_ subject: String = "alice") throws -> String { try TrialTokens.token(subject, now: clock.wallMilliseconds / 1_000) }

    /// An honest client that has joined `/`.
    func honestClient(_ subject: String = "honest") async throws -> SocketIOClient {
        let client = try await SocketIOClient.connect(running.url, options: .init(timeout: .seconds(5 * Sanitizer.slowness)))
        try await client.join("/", auth: ["token": .string(try token(subject))])
        return client
    }

    /// What the server holds and counts at this moment.
    func holdings() async throws -> Holdings {
        try await running.engine.onEachLoop { loop in
            let sockets = loop.openSessions.count { $0.transport == .websocket }
            return Holdings(
                connections: loop.connectionCount, sessions: loop.sessionCount, detached: loop.sessionCount - sockets,
                bytes: loop.heldBytes, largest: loop.largestHolding, deadlines: loop.deadlineCount)
        }.reduce(into: Holdings()) { $0.add($1) }
    }

    /// Asks until it is so. The server's event loops go on meanwhile.
    func eventually(_ what: String, _ condition: () async throws -> Bool) async throws {
        try await GatehouseTestSupport.eventually(what, condition)
    }
}

/// What a server holds for its clients.
struct Holdings: Sendable, Equatable {
    var connections = 0
    var sessions = 0
    /// Sessions that live without a connection: those that poll, and those that wait to be forgotten.
    var detached = 0
    var bytes = 0
    /// The most bytes that are held for one client.
    var largest = 0
    var deadlines = 0

    mutating func add(_ other: Holdings) {
        connections += other.connections
        sessions += other.sessions
        detached += other.detached
        bytes += other.bytes
        largest = max(largest, other.largest)
        deadlines += other.deadlines
    }
}
