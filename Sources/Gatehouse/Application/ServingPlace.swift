import EngineIO
import GatehouseNetwork
import NIOCore

/// Where a server takes connections, as bound.
enum ServingPlace: Sendable, CustomStringConvertible {
    case address(host: String, port: Int)
    case unixSocket(String)
    /// Nowhere: other servers hand their connections over.
    case mounted

    /// Listens where the configuration says.
    init(binding engine: EngineServer, as configuration: Configuration) async throws {
        if let path = configuration.unixSocket {
            try await engine.bind(unixSocket: path)
            self = .unixSocket(path)
            return
        }
        let bound = try await engine.bind(host: configuration.host, port: configuration.port)
        let host = bound.ipAddress ?? ""
        // The meaning of a host name is known only now.
        if configuration.transport == .insecure, !configuration.servesProxiesOnly, IPAddress(host)?.isLoopback != true {
            throw StartError(
                code: .listen,
                message: "plain HTTP was to be served on \(configuration.host), which is \(host) here and no loopback address")
        }
        self = .address(host: host, port: bound.port ?? 0)
    }

    var host: String { if case .address(let host, _) = self { host } else { "" } }
    var port: Int { if case .address(_, let port) = self { port } else { 0 } }

    /// The URL that clients connect to.
    func url(isSecure: Bool) -> String {
        switch self {
        case .address(let host, let port): ServerURL.of(isSecure ? "https" : "http", host: host, port: port)
        case .unixSocket(let path): "unix:\(path)"
        case .mounted: ""
        }
    }

    /// For the audit log.
    var description: String {
        switch self {
        case .address(let host, let port): "\(host):\(port)"
        case .unixSocket(let path): "unix:\(path)"
        case .mounted: "mounted"
        }
    }
}
