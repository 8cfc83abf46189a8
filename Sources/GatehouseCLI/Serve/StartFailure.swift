import Gatehouse
import GatehousePolicy
import NIOCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Why the server did not start, as a person reads it: one line, or the list of mistakes in the policies.
enum StartFailure {
    static func failure(_ error: StartError, _ configuration: Configuration) -> CommandFailure {
        CommandFailure(.cannotStart, text(error, configuration))
    }

    private static func text(_ error: StartError, _ configuration: Configuration) -> String {
        if let errors = error.cause as? PolicyErrors {
            return PolicyFiles.lines(of: errors, in: configuration.policies).joined(separator: "\n")
        }
        if error.code == .strict { return error.message }
        if error.code == .listen, let cause = error.cause as? IOError {
            let place = "\(configuration.host):\(configuration.port)"
            switch cause.errnoCode {
            case EADDRINUSE: return "\(place) is in use: stop the other server, or choose another port with --port"
            case EACCES: return "\(place) needs more rights than this process has: choose a port from 1024 on with --port"
            case EADDRNOTAVAIL: return "\(configuration.host) is not an address of this machine: choose another with --host"
            default: break
            }
        }
        return "cannot start: \(error)"
    }
}
