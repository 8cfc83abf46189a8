public import SocketIO

/// A set of handlers on one namespace. Handlers are plain methods; what they need is injected by the initialiser.
///
/// ```swift
/// struct EchoGateway: Gateway {
///     static let namespace: Namespace = "/echo"
///     static func routes(_ routes: inout Routes<Self>) {
///         routes.on("echo", Self.echo)
///     }
///     func echo(_ dto: Echo, _ context: EventContext) throws -> String { dto.text }
/// }
/// ```
/// A handler is reached only through the pipeline: an event that no `send` rule of the namespace's policy allows is refused, and a gateway
/// whose events, or whose namespace, no policy names is refused at start (GW-03).
public protocol Gateway: Sendable {
    /// What the gateway is mounted at: a ``Namespace``, or a ``NamespacePattern`` for many.
    associatedtype Location: NamespaceLocation

    /// The namespace the gateway serves, or a pattern of namespaces such as `/tenant/*`; which of them a client is in,
    /// ``Client/namespace`` tells. Several gateways may share one; their events must differ.
    static var namespace: Location { get }

    /// Registers the handlers. Called once, when the gateway is mounted. What a route's own stages need of the gateway they find in
    /// ``Routes/gateway``.
    static func routes(_ routes: inout Routes<Self>)

    /// Guards, interceptors, pipes and filters of every route of this gateway. Asked once, when the gateway is mounted.
    var stages: Stages { get }

    /// The server is about to listen, and this is what reaches its clients from outside of handlers. Called once, on no event loop. What is
    /// thrown keeps the server from starting.
    func willStart(_ server: ServerHandle) async throws

    /// The last client has gone and the server has stopped, or it could not start after ``willStart(_:)`` was called. Cancelled, and not
    /// waited for, when it takes longer than the handler timeout.
    func didStop() async

    /// A client's CONNECT was acknowledged. Its events wait until this has ended, so that handlers find what it puts into ``Client/data``.
    /// What is thrown is logged; the client stays. Cancelled, and not waited for, when it takes longer than the handler timeout.
    func didConnect(_ client: Client) async throws

    /// A client is about to leave; `rooms` are those it is still in, its own not among them. Called on the client's event loop, must not block.
    func willDisconnect(_ client: Client, rooms: [RoomName], reason: DisconnectReason)

    /// A client has left, for whatever reason; it is in no room any more. Cancelled when it takes longer than the handler timeout.
    func didDisconnect(_ client: Client, reason: DisconnectReason) async
}

extension Gateway {
    /// No stage of its own.
    public var stages: Stages { Stages() }
    /// Does nothing.
    public func willStart(_ server: ServerHandle) async throws {}
    /// Does nothing.
    public func didStop() async {}
    /// Does nothing.
    public func didConnect(_ client: Client) async throws {}
    /// Does nothing.
    public func willDisconnect(_ client: Client, rooms: [RoomName], reason: DisconnectReason) {}
    /// Does nothing.
    public func didDisconnect(_ client: Client, reason: DisconnectReason) async {}
}

/// What stands around handlers, for one route, one gateway or all of them.
public struct Stages: Sendable {
    /// Decisions in code, in order.
    public var guards: [any Guard]
    /// Code around the handler, outermost first.
    public var interceptors: [any Interceptor]
    /// Transformations of the decoded payload, in order.
    public var pipes: [any Pipe]
    /// Error translations, first wins.
    public var filters: [any ExceptionFilter]

    /// Stages; all lists may be empty.
    public init(
        guards: [any Guard] = [], interceptors: [any Interceptor] = [], pipes: [any Pipe] = [], filters: [any ExceptionFilter] = []
    ) {
        self.guards = guards
        self.interceptors = interceptors
        self.pipes = pipes
        self.filters = filters
    }
}
