import GatehouseLiveObjects
package import NIOCore

extension EngineLoop {
    /// A loop without a server, for simulations: the caller owns connections and time.
    package convenience init(
        alone eventLoop: any EventLoop, configuration: EngineConfiguration,
        application: @escaping @Sendable (EngineLoop) -> any EngineApplication
    ) {
        self.init(
            eventLoop: eventLoop, index: 0, configuration: configuration, ledger: ConnectionLedger(limits: configuration.connections),
            tls: nil, relocation: nil, live: LiveObjects(), application: application)
    }

    /// Serves a channel of this loop, without TLS, as a server does with one that it has accepted.
    package func serve(_ channel: any Channel) throws {
        try ConnectionSetup.accept(channel, self, ConnectionPeer(accepted: channel.remoteAddress, configuration))
    }

    /// Connections and unauthenticated entries that are counted now.
    package var counted: (connections: Int, unauthenticated: Int) { ledger.totals }
}
