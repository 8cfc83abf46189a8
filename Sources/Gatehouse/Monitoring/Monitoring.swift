/// Health and metrics of a server, for load balancers, orchestrators and metrics systems: plain HTTP on an address of its own (REL-26).
///
/// - `GET /healthz`: 200 while every event loop answers. Restart a server that does not answer.
/// - `GET /readyz`: 200 while newcomers are let in, else 503 with the reasons: send no clients here.
/// - `GET /metrics`: the server's metrics for Prometheus. They name no users and no messages.
///
/// Anybody who reaches the address may ask, so the default is a loopback address.
public struct Monitoring: Sendable, Equatable {
    /// The address to listen on.
    public var host: String
    /// The port; 0 takes a free one.
    public var port: Int
    /// Whether the server refuses to start if it cannot listen there, as beside another server. If not, it warns and runs without.
    public var isRequired: Bool

    /// On the loopback interface by default.
    public init(host: String = "127.0.0.1", port: Int = 9_464, isRequired: Bool = true) {
        self.host = host
        self.port = port
        self.isRequired = isRequired
    }
}
