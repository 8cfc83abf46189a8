import EngineIO
import Logging
public import NIOCore
import NIOHTTP1

extension RunningServer {
    /// Serves requests of an HTTP/1.1 server of your own whose path is that of the Socket.IO endpoint (``Configuration/path``); all others
    /// go on to your handlers. Call it for each connection that your server accepts, after `configureHTTPServerPipeline`:
    ///
    /// ```swift
    /// let gateway = try await Application(configuration).mount(ChatGateway()).withoutListener().start()
    /// let channel = try await ServerBootstrap(group: group)
    ///     .childChannelInitializer { channel in
    ///         channel.eventLoop.makeCompletedFuture {
    ///             try channel.pipeline.syncOperations.configureHTTPServerPipeline()
    ///             try gateway.mount(on: channel)
    ///             try channel.pipeline.syncOperations.addHandler(MyHandler())
    ///         }
    ///     }
    ///     .bind(host: "127.0.0.1", port: 8080).get()
    /// ```
    /// With its first request for the gateway the connection leaves your channel, which closes, and moves to the gateway's own event loops.
    /// From there on everything holds for it that holds for connections of the gateway's own port: limits of addresses, trusted proxies,
    /// counters, and the drain when the server stops. An answer over HTTP ends the connection, since its next request may be yours; a
    /// WebSocket stays. Requests of yours that came before are answered first. Once the server has stopped, connections that ask for it end.
    ///
    /// The connection must be plain HTTP, from this machine or from a trusted proxy that ends TLS: what an `NIOSSLHandler` reads cannot be
    /// moved. Nor can connections of Unix domain sockets, PROXY headers and HTTP/2.
    /// - Throws: ``MountError``
    public func mount(on channel: any Channel) throws(MountError) {
        guard channel.eventLoop.inEventLoop else {
            throw MountError(.eventLoop, "call mount(on:) on the event loop of the channel, as in its childChannelInitializer")
        }
        guard !engine.speaksTLS, !engine.readsProxyHeaders else {
            throw MountError(
                .configuration,
                "a mounted gateway serves plain HTTP without PROXY headers: make its Configuration(transport: .insecure), leave "
                    + "proxyProtocol off, and have a trusted proxy end TLS")
        }
        guard channel.remoteAddress?.ipAddress != nil, channel.localAddress?.ipAddress != nil else {
            throw MountError(.address, "the channel is no TCP connection: mount on a server that listens on an address")
        }
        let pipeline = channel.pipeline.syncOperations
        let logger = runtime.logger
        let notice = runtime.mountedTLS
        let clock = runtime.clock
        let mount = MountHandler(server: engine) {
            guard notice.isDue(at: clock.now()) else { return }
            logger.warning("clients speak TLS where the gateway is mounted, and it cannot read that: have a proxy end TLS")
        }
        do {
            let answers = try pipeline.handler(type: HTTPServerPipelineHandler.self)
            try pipeline.addHandler(AnswerWatch(mount), position: .after(answers))
            try pipeline.addHandler(mount, position: .first)
        } catch {
            throw MountError(
                .pipeline, "the channel has no HTTP/1.1 server: call configureHTTPServerPipeline(withPipeliningAssistance: true) first",
                cause: error)
        }
    }
}
