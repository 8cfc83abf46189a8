import NIOConcurrencyHelpers
import UnixSignals

/// SIGHUP: certificates, token keys and policies are read again, and the audit log begins a new file.
final class HangUp: Sendable {
    private let server = NIOLockedValueBox<RunningServer?>(nil)

    /// Takes the signal from here on, for as long as the process lives. Until there is a server it does nothing: what it asks for is being done.
    init() async {
        let signals = await UnixSignalsSequence(trapping: .sighup)
        Task.detached { [server] in
            for await _ in signals { await server.withLockedValue { $0 }?.reload() }
        }
    }

    func watch(_ server: RunningServer) { self.server.withLockedValue { $0 = server } }
}
