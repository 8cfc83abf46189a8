extension EngineConfiguration {
    /// The most that the server holds for a client before it is authenticated, in bytes (SEC-A): the head that opened its session, an
    /// incomplete message, and output that the client has not read. A connection that speaks HTTP holds less: a head or a body, two reads
    /// behind a request that waits, and few answers.
    package var unauthenticatedHeld: Int {
        http.head &+ min(unauthenticatedMessage, maxPayload) &+ min(unauthenticatedOutbound, outboundQueue)
    }
}
