public import Gatehouse
import GatehouseJSON
import GatehouseLiveObjects
import GatehousePolicy
import GatehouseTLS
import Logging
import Synchronization

/// A server of gateways under test, in this process and on a port of its own, with real policies, real tokens and a real audit log.
///
/// Its files are in a temporary directory that is removed when the test ends. Its clock stands still until the test moves it, so tests do
/// not wait: tokens end and rates refill when the test says so. Runs are independent and may go on at the same time.
///
/// After the server has stopped nothing may be left of it: no connection, session, client or room, no running handler or hook. Otherwise
/// the run fails with ``TestApplicationError`` of code `leftovers`, which names it. Clients are left when a gateway, or the test, still
/// holds a `Client`: gateways drop it in `didDisconnect`, or they keep all clients that ever came.
///
/// ```swift
/// import Gatehouse
/// import GatehouseTesting
/// import Testing
///
/// struct Line: Payload {
///     var text: String
///
///     static let schema = Schema(Field("text", \.text, .length(1...200)), make: Line.init)
/// }
///
/// struct BoardGateway: Gateway {
///     static let namespace: Namespace = "/board"
///
///     func routes(_ on: inout Routes) {
///         on("write", write)
///     }
///
///     func write(_ line: Line, _ context: EventContext) throws -> String {
///         try context.others.emit("written", line.text)
///         return "written"
///     }
/// }
///
/// @Test("Who may write on the board, and until when")
/// func board() async throws {
///     let policy = """
///         apiVersion: gatehouse/v1
///         kind: NamespacePolicy
///         namespace: /board
///         revision: 1
///         transports: [websocket]
///         origin: { allow_missing: true }
///         connect: { allow: [{ id: board.open, when: { issuer: test } }] }
///         send: { allow: [{ id: board.write, event: write, when: { scopes: { all_of: ["board:write"] } } }] }
///         receive: { allow: [{ id: board.read, event: written }] }
///         """
///     try await TestApplication.run(gateways: [BoardGateway()], policies: .files(["board.yaml": policy])) { app in
///         let ada = try await app.join("/board", as: "ada", scopes: ["board:write"])
///         let bob = try await app.join("/board", as: "bob", lifetime: .seconds(600))
///         #expect(try await ada.emitWithAck("write", [["text": "hello"]]) == ["written"])
///         #expect(try await bob.event("written") == ["hello"])
///
///         let refusal = try await bob.emitWithAck("write", [["text": "me too"]]).first
///         #expect(refusal?["code"] == "forbidden")
///         let record = try await app.auditRecords("msg.denied").first
///         #expect(record?["decision"]?["id"] == refusal?["decision"])
///
///         try await app.advance(by: .seconds(600))
///         #expect(try await bob.event("system.closed").first?["code"] == "token_expired")
///     }
/// }
/// ```
public final class TestApplication: Sendable {
    /// The server: its address, and its handle for code outside of handlers.
    public let server: RunningServer
    /// The temporary directory, with the policies in `policies`, the audit log in `audit` and the key sets of the issuers.
    public let directory: String
    /// PEM file of the authority that signed the server's certificate; `nil` without TLS.
    public let authorityPath: String?

    let issuers: TestIssuers
    let clock: MovableClock
    let configuration: Configuration
    /// A released client closes its connection, so they are kept until the end.
    let clients = Mutex<[SocketIOClient]>([])

    private init(
        _ server: RunningServer, _ directory: TemporaryDirectory, _ issuers: TestIssuers, _ clock: MovableClock,
        _ configuration: Configuration, authorityPath: String?
    ) {
        self.server = server
        self.directory = directory.path
        self.issuers = issuers
        self.clock = clock
        self.configuration = configuration
        self.authorityPath = authorityPath
    }

    /// Runs a test against a server of some gateways. What the server logs as an error goes where the log system sends it.
    ///
    /// - Parameters:
    ///   - gateways: the gateways to mount.
    ///   - policies: what the pipeline decides by.
    ///   - tls: whether the server speaks TLS, with certificates that are made for the run and that the clients of the harness trust.
    ///   - keepsClients: whether a `Client` may be held when the server has stopped, as by a test that looks at one afterwards.
    ///   - body: the test. The server listens while it runs, and is stopped when it returns or throws.
    /// - Returns: what the test returns.
    /// - Throws: what the test throws; ``TestApplicationError``; `StartError` if the server does not start, as when policies and gateways
    ///   do not fit together.
    public static func run<Value>(
        gateways: [any Gateway], policies: Policies = .allowingEverything, tls: Bool = false,
        keepsClients: Bool = false, _ body: (TestApplication) async throws -> Value
    ) async throws -> Value {
        var logger = Logger(label: "gatehouse.test")
        logger.logLevel = .error
        let make = { (configuration: Configuration) in
            gateways.reduce(Application(configuration, logger: logger)) { $0.mount($1) }
        }
        return try await run(make, policies, isWhole: false, tls: tls, keepsClients: keepsClients, body)
    }

    /// Runs a test against an application as the program builds it, with its stages, its settings and all of its gateways.
    ///
    /// - Parameters:
    ///   - application: makes the application with a configuration. It may change limits and times, but not address, transport, policies,
    ///     root and audit. Its `onStart` closures are called.
    ///   - policies: what the pipeline decides by.
    ///   - tls: whether the server speaks TLS, with certificates that are made for the run and that the clients of the harness trust.
    ///   - keepsClients: whether a `Client` may be held when the server has stopped, as by a test that looks at one afterwards.
    ///   - body: the test. The server listens while it runs, and is stopped when it returns or throws.
    /// - Returns: what the test returns.
    /// - Throws: what `application` and the test throw; ``TestApplicationError``; `StartError` if the server does not start, as when
    ///   policies and gateways do not fit together.
    public static func run<Value>(
        _ application: (Configuration) throws -> Application, policies: Policies = .allowingEverything, tls: Bool = false,
        keepsClients: Bool = false, _ body: (TestApplication) async throws -> Value
    ) async throws -> Value {
        try await run(application, policies, isWhole: true, tls: tls, keepsClients: keepsClients, body)
    }

    private static func run<Value>(
        _ make: (Configuration) throws -> Application, _ policies: Policies, isWhole: Bool, tls: Bool,
        keepsClients: Bool, _ body: (TestApplication) async throws -> Value
    ) async throws -> Value {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let app = try await start(make, policies, isWhole: isWhole, tls: tls, in: directory)
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(app))
        } catch {
            result = .failure(error)
        }
        // In a task of its own: a test that timed out is cancelled, and its server must still stop in order.
        let stop = await Task { try await app.stop(keepsClients: keepsClients) }.result
        // Report the test's error.
        let value = try result.get()
        try stop.get()
        return value
    }

    private static func start(
        _ make: (Configuration) throws -> Application, _ policies: Policies, isWhole: Bool, tls: Bool, in directory: TemporaryDirectory
    ) async throws -> TestApplication {
        let clock = MovableClock()
        let certificates = tls ? try makeCertificates(in: directory, clock) : nil
        let configuration = configuration(in: directory, certificates)
        let application = try make(configuration)
        guard application.configuration.hasPlaces(of: configuration) else {
            throw TestApplicationError(
                .configuration,
                "the application was made with other places than those of the configuration that it was given: change neither host, port, "
                    + "transport, policies, root nor audit of it")
        }
        let catalogue = try application.routeCatalogue()
        let files = try policies.files(for: Set(catalogue.namespaces.keys), isWhole: isWhole)
        let issuers = try TestIssuers(try settings(of: files))
        for file in files { try directory.write(file.bytes, to: "policies/" + file.name) }
        try issuers.writeKeySets(to: directory)
        let server = try await application.warning { _ in }.clocked(by: clock.server, engine: clock.engine).start()
        return TestApplication(
            server, directory, issuers, clock, application.configuration, authorityPath: certificates?.authority)
    }

    private static func settings(of files: [PolicyFile]) throws(TestApplicationError) -> GlobalSettings {
        do {
            // The tests of the policies lie beside them, in a directory of their own.
            return try PolicyBundle.load(files: files.filter { !$0.name.contains("/") }).global
        } catch {
            throw TestApplicationError(.policies, "the policies are wrong", cause: error)
        }
    }

    private static func makeCertificates(
        in directory: TemporaryDirectory, _ clock: MovableClock
    ) throws(TestApplicationError) -> DevelopmentCertificates.Files {
        try directory.makeDirectory("tls")
        do {
            _ = try DevelopmentCertificates.create(in: directory.path("tls"), now: clock.wallMilliseconds / 1_000)
        } catch {
            throw TestApplicationError(.files, "the certificates cannot be made", cause: error)
        }
        return DevelopmentCertificates.Files(directory: directory.path("tls"))
    }

    private static func configuration(in directory: TemporaryDirectory, _ certificates: DevelopmentCertificates.Files?) -> Configuration {
        var configuration = Configuration(
            transport: certificates.map { .tls(certificate: $0.certificate, privateKey: $0.key) } ?? .insecure)
        configuration.port = 0
        configuration.policies = directory.path("policies")
        configuration.root = directory.path
        configuration.audit = directory.path("audit")
        configuration.node = "test"
        configuration.drainTimeout = .milliseconds(200)
        // Pings come only when the clock moves, while clients measure their absence in real time: be patient.
        configuration.limits.pingInterval = .seconds(300)
        configuration.limits.pingTimeout = .seconds(120)
        return configuration
    }

    private func stop(keepsClients: Bool) async throws {
        for client in clients.withLock({ $0 }) { try? await client.close() }
        try await server.stop()
        let unheard = server.unheardEvents
        guard unheard.isEmpty else {
            throw TestApplicationError(
                .unheardEvents,
                "events were sent that nobody hears: \(unheard.joined(separator: ", ")). Add a rule under 'receive', or emits(…)")
        }
        let left = await LiveCounts.leftovers { [server] in keepsClients ? server.live.without(.clients) : server.live }
        guard left.isEmpty else {
            throw TestApplicationError(
                .leftovers,
                "the server has stopped, and these are left: \(left). A gateway that holds clients after didDisconnect keeps all of them; "
                    + "a task that is left is a handler, hook or timer that does not end when it is cancelled")
        }
    }
}

extension Configuration {
    /// Whether a server with either would be at the same places.
    fileprivate func hasPlaces(of other: Configuration) -> Bool {
        (host, port, transport) == (other.host, other.port, other.transport)
            && (policies, root, audit) == (other.policies, other.root, other.audit)
    }
}
