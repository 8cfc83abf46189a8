extension EngineConfiguration {
    /// The most that the server holds for a client before it is authenticated, bytes (SEC-A): the head that opened its session, a message
    /// that is not complete, and what it has not taken. A connection that speaks HTTP holds less: a head or a body, two reads behind a
    /// request that waits, and few answers.
    package var unauthenticatedHeld: Int {
        http.head &+ min(unauthenticatedMessage, maxPayload) &+ min(unauthenticatedOutbound, outboundQueue)
    }
}
