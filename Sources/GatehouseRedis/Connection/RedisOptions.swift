#if Redis
    package import NIOCore

    /// How connections to Redis are made and watched.
    package struct RedisOptions: Sendable {
        package var delay = ReconnectDelay()
        /// How long a connection may take to be made, and Redis to answer a command.
        package var timeout: TimeAmount = .seconds(5)
        /// How often an idle connection is asked whether it lives.
        package var pingInterval: TimeAmount = .seconds(10)
        /// Commands without a waiter that are kept while Redis is away, or behind.
        package var waitingCommands = 10_000
        package var waitingBytes = 16 * 1_024 * 1_024
        package var limits = RESPLimits()
        /// The password of now, asked for each connection on its event loop; `nil`, also as an answer: that of the address.
        package var password: (@Sendable () -> String?)?
        /// Between 0 and 1, for delays.
        package var random: @Sendable () -> Double = { Double.random(in: 0...1) }
        /// The name of the connection in `CLIENT LIST`.
        package var clientName = "gatehouse"

        package init() {}
    }
#endif
