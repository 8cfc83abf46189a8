/// Moving a connection to another event loop, with its file descriptor:
/// 1. on the old loop `suspend()`, which may be called from within `channelRead`;
/// 2. duplicate the descriptor and close the old channel, so that it reads no more; in the old loop's next tick (`eventLoop.execute`), which
///    is to be asked for before that, `detach()`;
/// 3. on the new loop make a channel from the descriptor with `TLSHandler(adopting:)` as its first handler.
extension TLSHandler {
    /// Stops delivering and reading. The rest of the channel's current read is kept for the handler that will adopt the connection.
    package func suspend() {
        guard phase == .running else { return }
        phase = .suspended
    }

    /// Gives the connection up. From here on this handler passes every event through and sends nothing to the peer.
    ///
    /// - Throws: `notDetachable` while the handshake runs, writes wait, or the connection has failed or is ended by us.
    package func detach() throws(TLSError) -> DetachedTLS {
        guard phase == .suspended else {
            throw TLSError(.notDetachable, "Call suspend() first, and detach() in the next tick of the event loop.")
        }
        guard engine.canWrite, pending.isEmpty else {
            resume()
            throw TLSError(.notDetachable, "The connection is not open, or has writes that were not flushed.")
        }
        phase = .done
        return DetachedTLS(engine)
    }
}
