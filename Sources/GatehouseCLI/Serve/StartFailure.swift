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
        if let cause = error.cause as? IOError {
            if error.code == .listen,
                let text = text(cause, configuration.host, configuration.port, host: "--host", port: "another port with --port")
            {
                return text
            }
            if error.code == .monitoring, let place = configuration.monitoring,
                let text = text(cause, place.host, place.port, host: "--monitoring", port: "another with --monitoring, or none (off)")
            {
                return text
            }
        }
        return "cannot start: \(error)"
    }

    /// Why an address cannot be listened on, and which options say otherwise.
    private static func text(
        _ cause: IOError, _ address: String, _ number: Int, host hostOption: String, port portOption: String
    ) -> String? {
        let place = "\(address):\(number)"
        return switch cause.errnoCode {
        case EADDRINUSE: "\(place) is in use: stop the other server, or choose \(portOption)"
        case EACCES: "\(place) needs more rights than this process has: choose a port from 1024 on, \(portOption)"
        case EADDRNOTAVAIL: "\(address) is not an address of this machine: choose another with \(hostOption)"
        default: nil
        }
    }
}
