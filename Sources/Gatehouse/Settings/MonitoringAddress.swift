/// How the place of ``Monitoring`` is written: an address with a port, or `off`.
package enum MonitoringAddress: Sendable, Equatable {
    case off
    case at(host: String, port: Int)

    package static let expected = "an address and a port, as 127.0.0.1:9464 or [::1]:9464, or off"

    /// - Returns: nil for anything else.
    package init?(_ text: String) {
        guard text != "off" else {
            self = .off
            return
        }
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else { return nil }
        var host = text[..<colon]
        // An IPv6 address stands in brackets, as in a URL.
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty else { return nil }
        self = .at(host: String(host), port: Int(port))
    }

    package var text: String {
        switch self {
        case .off: "off"
        case .at(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        }
    }
}
