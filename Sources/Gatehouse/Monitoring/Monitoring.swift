/// Where a server says how it is, to load balancers, orchestrators and metrics systems: plain HTTP on an address of its own (REL-26).
///
/// - `GET /healthz`: 200 while every event loop answers; restart a server that gives no answer.
/// - `GET /readyz`: 200 while newcomers are let in; else 503 with the reasons: send nobody here.
/// - `GET /metrics`: what the server counts, as Prometheus reads it. Neither users nor their messages are in it.
///
/// Whoever reaches the address may ask, so it is a loopback one unless you choose another.
public struct Monitoring: Sendable, Equatable {
    /// The address to listen on.
    public var host: String
    /// The port; 0 takes a free one.
    public var port: Int
    /// Whether the server refuses to start where it cannot listen there, as beside another server. If not, it warns and goes without.
    public var isRequired: Bool

    /// On the loopback interface, unless said otherwise.
    public init(host: String = "127.0.0.1", port: Int = 9_464, isRequired: Bool = true) {
        self.host = host
        self.port = port
        self.isRequired = isRequired
    }
}
