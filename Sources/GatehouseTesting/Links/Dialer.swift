import GatehouseTLS
import NIOCore
import NIOHTTP1
import NIOPosix

/// Opens connections to one endpoint, over TLS where the address says so, and writes the heads of its requests.
struct Dialer: Sendable {
    let loop: any EventLoop
    let address: ServerAddress
    let options: SocketIOClient.Options
    private let tls: TLSContext?

    /// - Parameter now: seconds since 1970, to check certificates of the client's own by.
    init(loop: any EventLoop, address: ServerAddress, options: SocketIOClient.Options, now: Int64) throws {
        self.loop = loop
        self.address = address
        self.options = options
        let identity = options.identity.map {
            TLSClientConfiguration.Identity(certificatePath: $0.certificatePath, privateKeyPath: $0.privateKeyPath)
        }
        let trust = TLSClientConfiguration(authorityPath: options.authorityPath, identity: identity)
        tls = address.isSecure ? try TLSContext.client(trust, now: now) : nil
    }

    /// - Parameter configure: adds the handlers behind TLS; runs on the event loop.
    func connect(_ configure: @escaping @Sendable (any Channel) throws -> Void) -> EventLoopFuture<any Channel> {
        let tls = tls
        let host = address.host
        return ClientBootstrap(group: loop)
            .connectTimeout(TimeAmount(options.timeout))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(TLSHandler(client: tls, peer: TLSPeerName(host))) }
                    try configure(channel)
                }
            }
            .connect(host: host, port: address.port)
    }

    func head(_ method: HTTPMethod, transport: String, sid: String?) -> HTTPRequestHead {
        var uri = "\(options.path)?EIO=4&transport=\(transport)"
        if let sid { uri += "&sid=\(sid)" }
        if !options.query.isEmpty { uri += "&\(options.query)" }
        var headers = HTTPHeaders([("Host", address.hostHeader)])
        for (name, value) in options.headers { headers.add(name: name, value: value) }
        return HTTPRequestHead(version: .http1_1, method: method, uri: uri, headers: headers)
    }
}
