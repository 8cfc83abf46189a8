/// Defaults where the files say nothing: an oversight must not leave a peer without a limit (specification: protocol, section 7).
extension RateLimit {
    /// Messages of a connection in a namespace. The burst is what a client may have buffered while it was away.
    package static let connectionMessages = RateLimit(count: 10, burst: 100)
    /// Messages of a user in a namespace, over all connections.
    package static let userMessages = RateLimit(count: 20, burst: 200)
    /// CONNECTs of a connection to a namespace. A client needs one, and another where it has left: a page that mounts and unmounts its parts
    /// joins a few times a minute.
    package static let connectionConnects = RateLimit(count: 2, burst: 20)
    /// CONNECTs of a user to a namespace, over all connections: twenty tabs that reconnect together, ten times over.
    package static let userConnects = RateLimit(count: 10, burst: 200)
    /// CONNECTs of an address to a namespace: twice the sessions that it may open.
    package static let addressJoins = RateLimit(count: 100, burst: 2_000)
    /// Sessions that an address opens. Wide, since an address may be a whole office's. It keeps anybody from filling the audit log by
    /// opening and closing.
    package static let addressConnects = RateLimit(count: 50, burst: 1_000)
}
