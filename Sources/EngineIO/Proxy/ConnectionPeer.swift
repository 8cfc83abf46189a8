import GatehouseNetwork
import NIOCore

/// The other end of a connection, as it was accepted or as a PROXY header says.
struct ConnectionPeer: Sendable {
    /// Nil if it is unknown.
    let address: SocketAddress?
    /// Whether it is a proxy whose fields about its clients are believed.
    let isProxy: Bool
    /// Whether a proxy says that its client speaks TLS.
    let isSecure: Bool
    /// Whether another server accepted the connection. It serves one request then: the next may be for that server.
    let isMounted: Bool

    /// The peer of our Unix domain socket: a proxy on this machine.
    static let onUnixSocket = Self(address: nil, isProxy: true)

    private init(address: SocketAddress?, isProxy: Bool, isMounted: Bool = false) {
        (self.address, self.isProxy, self.isMounted, isSecure) = (address, isProxy, isMounted, false)
    }

    /// The peer as it was accepted.
    init(accepted address: SocketAddress?, _ configuration: EngineConfiguration) {
        self.init(address: address, isProxy: configuration.isTrustedProxy(address))
    }

    /// The peer as another server accepted it.
    init(mounted address: SocketAddress, _ configuration: EngineConfiguration) {
        self.init(address: address, isProxy: configuration.isTrustedProxy(address), isMounted: true)
    }

    /// Whether it may speak plain HTTP with us at an address that another server listens on: from this machine, or as a trusted proxy.
    func mayComePlain(to local: SocketAddress) -> Bool { isProxy || local.ip?.isLoopback == true }

    /// The client that a PROXY header names. HTTP fields come from the client then, unless it is a trusted proxy too.
    init(_ header: ProxyHeader, _ configuration: EngineConfiguration) {
        address = header.source
        isProxy = header.source.map { configuration.isTrustedProxy($0) } ?? false
        isSecure = header.isSecure
        isMounted = false
    }
}

extension EngineConfiguration {
    func isTrustedProxy(_ peer: SocketAddress?) -> Bool {
        peer?.ip.map { isTrustedProxy($0) } ?? false
    }
}
