import NIOCore

extension EngineServer {
    /// Whether connections speak TLS with us.
    package var speaksTLS: Bool { hasTLS }

    /// Whether connections of trusted proxies begin with a PROXY header.
    package var readsProxyHeaders: Bool { configuration.readsProxyHeaders }

    /// Takes over a connection that another server accepted and that has sent a request of ours; from here on everything holds for it that
    /// holds for connections of our own. It ends if there is no room for it, if the server stops, or if it cannot be moved.
    ///
    /// On the event loop of its channel, which is closed; the peer does not notice.
    func takeOver(_ context: ChannelHandlerContext, replaying bytes: ByteBuffer) {
        defer { context.close(promise: nil) }
        let channel = context.channel
        // Of one that was reset nobody knows the address, and nothing that is counted or refused by address would hold for it.
        guard channel.isActive, let remote = channel.remoteAddress, let local = channel.localAddress else { return }
        let unsent = (try? channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 1
        guard unsent == 0 else { return }
        let peer = ConnectionPeer(mounted: remote, configuration)
        let isServed = peer.mayComePlain(to: local)
        let descriptor = MovedConnection.duplicate(context)
        guard descriptor >= 0 else { return }
        let isTaken = hands { member in
            member.eventLoop.execute {
                MovedConnection.adopt(descriptor, on: member.eventLoop) { channel in
                    try ConnectionSetup.takeOver(channel, member.loop.value, peer, isServed: isServed, replay: bytes)
                } failed: {
                }
            }
        }
        if !isTaken { MovedConnection.discard(descriptor) }
    }
}
