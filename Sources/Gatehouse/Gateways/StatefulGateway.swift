/// A gateway with something of its own that must be there before the first client comes, and until the last has gone.
package protocol StatefulGateway: Gateway {
    /// Called once, before the server listens. May block on files; not on an event loop.
    func open(for runtime: ServerRuntime) throws(StartError)

    /// What goes on beside the clients, until it is cancelled at the server's stop.
    func run(for runtime: ServerRuntime) async

    /// Called once after the last client has gone, and when the start fails after ``open(for:)``.
    func close() throws
}
