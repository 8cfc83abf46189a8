package import GatehouseNetwork
package import NIOCore

extension SocketAddress {
    /// The address in binary, without its port; `nil` for a Unix domain socket. A zone, as of a link-local address, is left out.
    package var ip: IPAddress? {
        switch self {
        case .v4, .v6: ipAddress.flatMap { IPAddress($0.prefix { $0 != "%" }) }
        case .unixDomainSocket: nil
        }
    }
}
