import Gatehouse
import UnixSignals

/// SIGHUP: certificates, token keys and policies are read again, and the audit log begins a new file.
enum HangUp {
    /// For as long as the process lives.
    static func watch(_ server: RunningServer) {
        Task.detached {
            for await _ in await UnixSignalsSequence(trapping: .sighup) { await server.reload() }
        }
    }
}
