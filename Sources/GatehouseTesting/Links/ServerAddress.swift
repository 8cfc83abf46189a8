/// Where the server listens: scheme, host and port of a URL.
struct ServerAddress: Sendable, Equatable {
    var isSecure: Bool
    var host: String
    var port: Int

    /// Reads `http://host[:port]` or `https://…` (`ws`, `wss` mean the same), IPv6 addresses in brackets; a path is refused, since the
    /// endpoint's path is an option of its own.
    init(_ text: String) throws(SocketIOClientError) {
        let invalid = SocketIOClientError(.addressInvalid, "Write the address as https://host:port, not as \(text.prefix(80))")
        guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://") else { throw invalid }
        switch text[..<colon].lowercased() {
        case "http", "ws": isSecure = false
        case "https", "wss": isSecure = true
        default: throw invalid
        }
        var authority = text[colon...].dropFirst(3)
        if authority.last == "/" { authority = authority.dropLast() }
        guard !authority.isEmpty, !authority.contains(where: { "/?#@ ".contains($0) }) else { throw invalid }
        var portText: Substring?
        if authority.first == "[" {
            guard let bracket = authority.firstIndex(of: "]") else { throw invalid }
            host = String(authority[authority.index(after: authority.startIndex)..<bracket])
            let rest = authority[authority.index(after: bracket)...]
            guard rest.isEmpty || rest.first == ":" else { throw invalid }
            if !rest.isEmpty { portText = rest.dropFirst() }
        } else if let mark = authority.firstIndex(of: ":") {
            host = String(authority[..<mark])
            portText = authority[authority.index(after: mark)...]
        } else {
            host = String(authority)
        }
        guard let portText else {
            port = isSecure ? 443 : 80
            return
        }
        guard let number = UInt16(portText), number > 0, !host.isEmpty else { throw invalid }
        port = Int(number)
    }

    /// Whether the address is this machine's for certain: `localhost`, 127.0.0.0/8 or ::1, as they are written and not as a name may resolve.
    var isLoopback: Bool {
        if host.lowercased() == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127"
            && parts.allSatisfy { part in part.utf8.allSatisfy { UInt8(ascii: "0") <= $0 && $0 <= UInt8(ascii: "9") } && UInt8(part) != nil
            }
    }

    /// The value of the Host header.
    var hostHeader: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
    }
}
