import GatehousePolicy
import NIOCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Why a server did not start, as a person reads it: one line, or the list of mistakes in the policies.
package struct StartFailure {
    /// How a person is told to change a setting.
    package enum Advice: Sendable {
        /// With a flag of `serve`.
        case flags
        /// In the program's configuration.
        case configuration

        func changing(_ setting: String) -> String {
            switch self {
            case .flags: "with --" + setting
            case .configuration: "in the configuration (\(setting))"
            }
        }
    }

    let configuration: Configuration
    let advice: Advice

    package init(_ configuration: Configuration, advice: Advice) {
        self.configuration = configuration
        self.advice = advice
    }

    package func failure(_ error: StartError) -> CommandFailure { CommandFailure(.cannotStart, text(error)) }

    private func text(_ error: StartError) -> String {
        if let errors = error.cause as? PolicyErrors { return errors.lines(in: configuration.policies).joined(separator: "\n") }
        if error.code == .strict || error.code == .files { return error.message }
        if let cause = error.cause as? IOError {
            if error.code == .listen,
                let text = text(
                    cause, configuration.host, configuration.port, host: advice.changing("host"),
                    port: "another port \(advice.changing("port"))")
            {
                return text
            }
            if error.code == .monitoring, let place = configuration.monitoring,
                let text = text(
                    cause, place.host, place.port, host: advice.changing("monitoring"),
                    port: "another \(advice.changing("monitoring")), or none (\(advice == .flags ? "off" : "nil"))")
            {
                return text
            }
            if error.code == .api, let place = configuration.api,
                let text = text(
                    cause, place.host, place.port, host: advice.changing("api"),
                    port: "another \(advice.changing("api")), or none (\(advice == .flags ? "off" : "nil"))")
            {
                return text
            }
        }
        if error.code == .listen, let cause = error.cause as? SocketAddressError.UnknownHost {
            return "\(ErrorText.of(cause)): choose an address of this machine \(advice.changing("host"))"
        }
        return "cannot start: \(error)"
    }

    /// Why an address cannot be listened on, and what says otherwise.
    private func text(_ cause: IOError, _ address: String, _ number: Int, host: String, port: String) -> String? {
        let place = "\(address):\(number)"
        return switch cause.errnoCode {
        case EADDRINUSE: "\(place) is in use: stop the other server, or choose \(port)"
        case EACCES: "\(place) needs more rights than this process has: choose a port from 1024 on, \(port)"
        case EADDRNOTAVAIL: "\(address) is not an address of this machine: choose another \(host)"
        default: nil
        }
    }
}
