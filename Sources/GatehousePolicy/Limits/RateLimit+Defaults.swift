/// What holds where the files say nothing: an oversight must not leave a peer without a bound (protocol requirements, section 7).
extension RateLimit {
    /// Messages of a connection in a namespace.
    package static let connectionMessages = RateLimit(count: 10, burst: 40)
    /// Messages of a user in a namespace, over all connections.
    package static let userMessages = RateLimit(count: 20, burst: 80)
    /// Sessions that an address opens. Wide, as an address may be a whole office's; it is there so that nobody fills the audit log by
    /// opening and closing.
    package static let addressConnects = RateLimit(count: 50, burst: 1_000)
}
