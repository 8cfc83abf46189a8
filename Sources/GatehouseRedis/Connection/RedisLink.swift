#if Redis
    import GatehouseTLS
    import NIOCore
    import NIOPosix

    #if canImport(Glibc)
        import Glibc
    #elseif canImport(Musl)
        import Musl
    #else
        import Darwin
    #endif

    /// One connection to Redis that is made again whenever it ends, until it is stopped. Bound to one event loop, which never waits for it.
    final class RedisLink {
        private enum State {
            case idle
            case connecting
            /// So many replies to the greeting are still to come.
            case greeting(any Channel, left: Int)
            case open(any Channel)
            case waiting(Scheduled<Void>)
            case stopped
        }

        private let address: RedisAddress
        private let options: RedisOptions
        let eventLoop: any EventLoop
        private var state = State.idle
        private var delay: ReconnectDelay
        private var watch: RepeatedTask?
        private var greetingDeadline: NIODeadline?
        /// When the connection was last open for use.
        private var opened: NIODeadline?
        /// A connection that ends sooner does not count as one that has lasted.
        private static let lasting: TimeAmount = .seconds(1)
        weak var role: (any RedisRole)?
        /// The cause of the last end or failed attempt; `nil` while the connection is open.
        private(set) var lastError: RedisError?
        /// How often a connection was made.
        private(set) var connections = 0

        init(_ address: RedisAddress, _ options: RedisOptions, on eventLoop: any EventLoop) {
            self.address = address
            self.options = options
            self.eventLoop = eventLoop
            delay = options.delay
        }

        var isOpen: Bool {
            if case .open = state { true } else { false }
        }

        /// What the channel would take now without queueing without bound.
        var isWritable: Bool {
            if case .open(let channel) = state { channel.isWritable } else { false }
        }

        func start() {
            guard case .idle = state else { return }
            let bound = NIOLoopBound(self, eventLoop: eventLoop)
            watch = eventLoop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in bound.value.look() }
            connect()
        }

        func stop() {
            let before = state
            state = .stopped
            watch?.cancel()
            watch = nil
            switch before {
            case .greeting(let channel, _), .open(let channel): channel.close(promise: nil)
            case .waiting(let retry): retry.cancel()
            case .idle, .connecting, .stopped: break
            }
        }

        /// Writes commands; nothing happens while the connection is not open.
        func send(_ commands: [RedisCommand]) {
            guard case .open(let channel) = state else { return }
            write(commands, channel)
        }

        /// Ends the connection; another is made.
        func cut(_ error: RedisError) {
            guard case .open(let channel) = state else { return }
            ended(channel, error)
            channel.close(promise: nil)
        }

        // MARK: Connecting

        private func connect() {
            state = .connecting
            let bound = NIOLoopBound(self, eventLoop: eventLoop)
            let tls: TLSContext?
            do {
                tls = try makeTLS()
            } catch {
                return retry(RedisError(.unreachable, "TLS cannot be set up.", cause: error))
            }
            let (place, limits) = (address.place, options.limits)
            let bootstrap = ClientBootstrap(group: eventLoop)
                .connectTimeout(options.timeout)
                .channelOption(.writeBufferWaterMark, value: .init(low: 256 * 1_024, high: 1_024 * 1_024))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        if let tls, case .tcp(let host, _, _) = place {
                            try channel.pipeline.syncOperations.addHandler(TLSHandler(client: tls, peer: TLSPeerName(host)))
                        }
                        try channel.pipeline.syncOperations.addHandler(RedisHandler(owner: bound.value, limits: limits))
                    }
                }
            let connecting: EventLoopFuture<any Channel> =
                switch place {
                case .tcp(let host, let port, _): bootstrap.connect(host: host, port: port)
                case .unixSocket(let path): bootstrap.connect(unixDomainSocketPath: path)
                }
            connecting.whenComplete { result in
                switch result {
                case .success(let channel): bound.value.connected(channel)
                case .failure(let error):
                    bound.value.retry(RedisError(.unreachable, "\(bound.value.address) does not answer.", cause: error))
                }
            }
        }

        /// Made anew for each connection: files of authorities may have changed.
        private func makeTLS() throws -> TLSContext? {
            guard case .tcp(_, _, isEncrypted: true) = address.place else { return nil }
            let trust = TLSClientConfiguration(authorityPath: address.authorityPath, applicationProtocols: [])
            return try TLSContext.client(trust, now: Int64(time(nil)))
        }

        private func connected(_ channel: any Channel) {
            guard case .connecting = state else { return channel.close(promise: nil) }
            guard channel.isActive else { return retry(lastError ?? RedisError(.unreachable, "\(address) closed the connection at once.")) }
            var greeting: [RedisCommand] = []
            if let password = options.password?() ?? address.password {
                greeting.append(RedisCommand(["AUTH"] + (address.user.map { [$0] } ?? []) + [password]))
            }
            if address.database != 0 { greeting.append(RedisCommand("SELECT", String(address.database))) }
            // Without a password CLIENT SETNAME tells whether one is needed.
            greeting.append(RedisCommand("CLIENT", "SETNAME", options.clientName))
            // Refused while Redis loads its data, when the others are not.
            greeting.append(RedisCommand("PING"))
            greeting.append(RedisCommand("INFO", "server"))
            state = .greeting(channel, left: greeting.count)
            greetingDeadline = .now() + options.timeout
            write(greeting, channel)
        }

        private func write(_ commands: [RedisCommand], _ channel: any Channel) {
            var buffer = channel.allocator.buffer(capacity: 512)
            do throws(RedisError) {
                for command in commands { try command.write(to: &buffer) }
            } catch {
                return channel.close(promise: nil)
            }
            channel.writeAndFlush(buffer, promise: nil)
        }

        private func retry(_ error: RedisError) {
            guard case .connecting = state else { return }
            lastError = error
            let bound = NIOLoopBound(self, eventLoop: eventLoop)
            let wait = delay.next(random: options.random())
            state = .waiting(eventLoop.scheduleTask(in: wait) { bound.value.connect() })
            role?.failed()
        }

        // MARK: From the handler

        func received(_ reply: RedisValue, on channel: any Channel) {
            switch state {
            case .open(let current) where current === channel: role?.received(reply)
            case .greeting(let current, let left) where current === channel: greeted(reply, channel, left)
            default: break
            }
        }

        private func greeted(_ reply: RedisValue, _ channel: any Channel, _ left: Int) {
            if let text = reply.error, text.hasPrefix("LOADING") || text.hasPrefix("MASTERDOWN") {
                lastError = RedisError(.unreachable, "\(address) is not ready: \(text.prefix(200))")
                return channel.close(promise: nil)
            }
            // Whoever may not ask what kind of server it is, or whether it is there, can still use it.
            if left > 2, let text = reply.error {
                // A server that does not know AUTH repeats its arguments, which are the password.
                let words = text.split(separator: ",", maxSplits: 1).first ?? ""
                lastError = RedisError(.refused, "\(address) refuses the connection: \(words.prefix(200))")
                return channel.close(promise: nil)
            }
            if left <= 1, let kind = RedisKind(information: reply), let reason = kind.obstacle {
                lastError = RedisError(.unsupported, "\(address) is \(reason)")
                return channel.close(promise: nil)
            }
            guard left <= 1 else { return state = .greeting(channel, left: left - 1) }
            state = .open(channel)
            greetingDeadline = nil
            lastError = nil
            connections &+= 1
            opened = .now()
            role?.opened()
        }

        func ended(_ channel: any Channel, _ error: RedisError) {
            switch state {
            case .open(let current) where current === channel:
                state = .connecting
                if let opened, .now() - opened >= Self.lasting { delay.reset() }
                retry(error)
                role?.closed(error)
            case .greeting(let current, _) where current === channel:
                state = .connecting
                // A refusal says more than the end that follows it.
                retry(lastError?.isRefusal == true ? lastError ?? error : error)
            case .stopped: role?.closed(RedisError(.stopped, "The connection to Redis has been stopped."))
            default: if case .connecting = state { lastError = error }
            }
        }

        /// Once a second.
        private func look() {
            let now = NIODeadline.now()
            switch state {
            case .greeting(let channel, _):
                if let deadline = greetingDeadline, deadline <= now { channel.close(promise: nil) }
            case .open:
                if role?.isStalled(at: now) == true { cut(RedisError(.stalled, "\(address) has not answered for too long.")) }
            default: break
            }
        }
    }

    @available(*, unavailable)
    extension RedisLink: Sendable {}
#endif
