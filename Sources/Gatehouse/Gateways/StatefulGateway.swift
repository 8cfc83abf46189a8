package import GatehouseFiles

/// A gateway with state that must be open before the first client comes, and until the last has gone.
package protocol StatefulGateway: Gateway {
    /// Its trusted files, existing or not.
    var trustedPaths: [TrustedPath] { get }

    /// The missing parts of its state, if this is not the first start. Called before anything is created or opened.
    func missingState() throws(StartError) -> [MissingState]

    /// Whether it has state of an earlier run.
    func holdsState() throws(StartError) -> Bool

    /// Creates missing state, so that ``open(for:)`` finds it.
    func prepareState() throws(StartError)

    /// Called once, before the server listens. May block on files; not on an event loop.
    func open(for runtime: ServerRuntime) throws(StartError)

    /// Learns what other nodes of the cluster have decided. Called once the node has joined them, before the server listens.
    func catchUp(for runtime: ServerRuntime) async

    /// Its background work, until it is cancelled at the server's stop.
    func run(for runtime: ServerRuntime) async

    /// Called once after the last client has gone, and when the start fails after ``open(for:)``.
    func close() throws
}

extension StatefulGateway {
    /// For one that keeps nothing over a restart.
    package func missingState() throws(StartError) -> [MissingState] { [] }
    /// For one that keeps nothing over a restart.
    package func holdsState() throws(StartError) -> Bool { false }
    /// For one that keeps nothing over a restart.
    package func prepareState() throws(StartError) {}
    /// For one that shares nothing.
    package func catchUp(for runtime: ServerRuntime) async {}
}
