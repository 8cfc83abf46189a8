import GatehouseNetwork
import NIOCore
import Testing

@testable import EngineIO

@Suite("Who comes to a mounted gateway")
struct MountedPeerTests {
    @Test(
        "MDL-37: plain HTTP is for this machine and for trusted proxies, also where another server listens",
        arguments: [
            ("192.0.2.9", "192.0.2.1", "", false), ("192.0.2.9", "192.0.2.1", "192.0.2.8/30", true),
            ("192.0.2.9", "192.0.2.1", "192.0.2.1/32", false), ("127.0.0.1", "127.0.0.1", "", true), ("::1", "::1", "", true),
            ("127.0.0.1", "::ffff:127.0.0.1", "", true), ("2001:db8::9", "2001:db8::1", "", false),
        ])
    func plain(remote: String, local: String, proxies: String, isServed: Bool) throws {
        var configuration = EngineConfiguration()
        configuration.trustedProxies = try proxies.isEmpty ? [] : [#require(CIDR(proxies))]
        let peer = try ConnectionPeer(mounted: SocketAddress(ipAddress: remote, port: 1), configuration)
        #expect(try peer.mayComePlain(to: SocketAddress(ipAddress: local, port: 2)) == isServed)
        #expect(peer.isMounted && peer.isProxy == (isServed && !proxies.isEmpty))
    }
}
