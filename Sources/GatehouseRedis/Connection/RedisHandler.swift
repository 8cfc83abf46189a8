#if Redis
    import NIOCore

    /// Carries bytes between one channel and the owner of the connection: replies up, in turns of bounded length; errors and the end once.
    /// Bound to its channel's event loop.
    final class RedisHandler: ChannelDuplexHandler {
        typealias InboundIn = ByteBuffer
        typealias InboundOut = Never
        typealias OutboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let reader: RESPReader
        private let repliesPerTurn: Int
        private weak var owner: RedisLink?
        /// Whether replies wait for the next turn. Nothing is read meanwhile.
        private var hasBacklog = false
        private var wantsToRead = false
        private var failure: RedisError?

        init(owner: RedisLink, limits: RESPLimits) throws(RedisError) {
            self.owner = owner
            reader = try RESPReader(limits: limits)
            repliesPerTurn = limits.repliesPerTurn
        }

        func read(context: ChannelHandlerContext) {
            if hasBacklog { wantsToRead = true } else { context.read() }
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard failure == nil else { return }
            do throws(RedisError) {
                try reader.feed(unwrapInboundIn(data))
            } catch {
                return fail(error, context)
            }
            if !hasBacklog { deliver(context) }
        }

        private func deliver(_ context: ChannelHandlerContext) {
            hasBacklog = false
            for _ in 0..<repliesPerTurn {
                guard failure == nil, context.channel.isActive else { return }
                do throws(RedisError) {
                    guard let reply = try reader.next() else {
                        if wantsToRead {
                            wantsToRead = false
                            context.read()
                        }
                        return
                    }
                    owner?.received(reply, on: context.channel)
                } catch {
                    return fail(error, context)
                }
            }
            hasBacklog = true
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            context.eventLoop.execute {
                let (handler, context) = bound.value
                handler.deliver(context)
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            fail(RedisError(.unreachable, "The connection to Redis failed.", cause: error), context)
        }

        private func fail(_ error: RedisError, _ context: ChannelHandlerContext) {
            guard failure == nil else { return }
            failure = error
            context.close(promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) {
            owner?.ended(context.channel, failure ?? RedisError(.lost, "Redis has closed the connection."))
            context.fireChannelInactive()
        }
    }

    @available(*, unavailable)
    extension RedisHandler: Sendable {}
#endif
