import Logging
import NIOConcurrencyHelpers
import ServiceLifecycle
import UnixSignals

extension Application {
    /// Runs until a signal stops it: SIGTERM or SIGINT gracefully, a second one at once with exit code 1. SIGHUP reads certificate, token keys
    /// and policies again and begins a new audit file. The limit of open files is raised to what the system allows.
    /// - Parameters:
    ///   - advice: how the text of a failure says what to change.
    ///   - started: is called once the server listens, with what the operator should know.
    package func runUntilSignal(
        advice: StartFailure.Advice, started: @escaping @Sendable (RunningServer, _ warnings: [String]) -> Void
    ) async throws(CommandFailure) {
        let openFiles = OpenFiles.raised()
        let hangUp = await HangUp()
        let secondSignal = await SecondSignal.watch()
        defer { secondSignal.cancel() }
        let warnings = NIOLockedValueBox<[String]>([])
        let isStarted = NIOLockedValueBox(false)
        let configuration = configuration
        let service = self.warning { warning in warnings.withLockedValue { $0.append(warning) } }
            .onStart { server in
                isStarted.withLockedValue { $0 = true }
                hangUp.watch(server)
                let connections = configuration.connections(server.runtime.policies.current)
                let shortage = connections.flatMap { openFiles.shortage(forConnections: $0) }
                started(server, warnings.withLockedValue { $0 } + [shortage].compactMap { $0 })
            }
        // What goes on in the group is said by our own lines; its own log would double them.
        var quiet = logger
        quiet.logLevel = .critical
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: service, successTerminationBehavior: .gracefullyShutdownGroup)],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet))
        do {
            try await group.run()
        } catch let error as StartError {
            throw StartFailure(configuration, advice: advice).failure(error)
        } catch let error as AuditOutage {
            throw CommandFailure(.auditOutage, error.description)
        } catch {
            guard isStarted.withLockedValue({ $0 }) else { throw CommandFailure(.cannotStart, "cannot start: \(ErrorText.of(error))") }
            throw CommandFailure(.refused, "the server did not stop as it should: \(ErrorText.of(error))")
        }
    }
}
