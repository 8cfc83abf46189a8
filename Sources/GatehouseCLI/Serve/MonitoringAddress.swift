import ArgumentParser
import Gatehouse

/// What `--monitoring` takes: an address with a port, or `off`.
enum MonitoringAddress: Equatable {
    case off
    case at(Monitoring)

    var monitoring: Monitoring? {
        switch self {
        case .off: nil
        case .at(let monitoring): monitoring
        }
    }

    init(_ text: String) throws {
        guard text != "off" else {
            self = .off
            return
        }
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else { throw Self.misspelled }
        var host = text[..<colon]
        // An IPv6 address stands in brackets, as in a URL.
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            throw Self.misspelled
        }
        guard !host.isEmpty else { throw Self.misspelled }
        self = .at(Monitoring(host: String(host), port: Int(port)))
    }

    private static var misspelled: ArgumentParser.ValidationError {
        ValidationError("it is an address and a port, as 127.0.0.1:9464 or [::1]:9464, or off.")
    }
}
