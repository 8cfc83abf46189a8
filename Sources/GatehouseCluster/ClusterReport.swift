#if Redis
    package import Gatehouse
    import GatehouseRedis
    package import NIOCore
    import NIOPosix

    /// The living Gatehouse nodes of a cluster, asked of its Redis from outside.
    package enum ClusterReport {
        /// - Throws: ``StartError`` for settings that cannot be used, ``RedisError`` where Redis does not answer.
        package static func nodes(_ settings: ClusterSettings, within limit: TimeAmount = .seconds(5)) async throws
            -> [ClusterNodeDescription]
        {
            let options = try ClusterNode.Options(settings)
            let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
            let loop = group.next()
            let registry = NodeRegistry(prefix: options.prefix)
            let result: Result<[ClusterNodeDescription], any Error>
            do {
                result = .success(
                    try await loop.flatSubmit {
                        let promise = loop.makePromise(of: [ClusterNodeDescription].self)
                        let commands = RedisCommands(options.address, options.redis, on: loop)
                        let bound = NIOLoopBound(commands, eventLoop: loop)
                        let timeout = loop.scheduleTask(in: limit) {
                            promise.fail(bound.value.lastError ?? RedisError(.unreachable, "\(options.address) does not answer."))
                        }
                        commands.stateChanged = { isOpen in
                            guard isOpen else { return }
                            bound.value.ask(registry.read()).map { registry.nodes($0) }.cascade(to: promise)
                        }
                        promise.futureResult.whenComplete { _ in
                            timeout.cancel()
                            bound.value.stateChanged = nil
                            bound.value.stop()
                        }
                        commands.start()
                        return promise.futureResult
                    }.get())
            } catch {
                result = .failure(error)
            }
            try await group.shutdownGracefully()
            return try result.get()
        }
    }
#endif
