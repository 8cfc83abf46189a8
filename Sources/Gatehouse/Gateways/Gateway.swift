public import SocketIO

/// A set of handlers on one namespace. Handlers are plain methods; the initialiser injects what they need.
///
/// ```swift
/// struct EchoGateway: Gateway {
///     static let namespace: Namespace = "/echo"
///     func routes(_ on: inout Routes) {
///         on("echo", echo)
///     }
///     func echo(_ text: String, _ context: EventContext) -> String { text }
/// }
/// ```
/// A handler is reached only through the pipeline: an event that no `send` rule of the namespace's policy allows is refused, and a gateway
/// whose events, or whose namespace, no policy names is refused at start (GW-03).
public protocol Gateway: Sendable {
    /// What the gateway is mounted at: a ``Namespace``, or a ``NamespacePattern`` for many.
    associatedtype Location: NamespaceLocation

    /// The namespace the gateway serves, or a pattern of namespaces such as `/tenant/*`; ``Client/namespace`` tells which one a client is
    /// in. Several gateways may share one; their events must differ.
    static var namespace: Location { get }

    /// Whether the gateway serves users only. Then ``EventContext/user`` never throws in its handlers: a policy of the namespace that lets in
    /// clients without a token (`anonymous: true`) is refused, at start and when policies change.
    static var requiresUser: Bool { get }

    /// Registers the handlers. Called once, when the gateway is mounted.
    func routes(_ on: inout Routes)

    /// Guards, interceptors, pipes and filters of every route of this gateway. Asked once, when the gateway is mounted.
    var stages: Stages { get }

    /// The server is about to listen; the handle reaches its clients from outside of handlers. Called once, on no event loop. An error
    /// stops the start.
    func willStart(_ server: ServerHandle) async throws

    /// The last client has gone and the server has stopped, or it could not start after ``willStart(_:)`` was called. Cancelled, and not
    /// waited for, when it takes longer than the handler timeout.
    func didStop() async

    /// A client's CONNECT was acknowledged. Its events wait until this has ended, so that handlers find the data that it sets
    /// (``Client/subscript(_:)``). An error is logged; the client stays. Cancelled, and not waited for, when it takes longer than the
    /// handler timeout.
    func didConnect(_ client: Client) async throws

    /// A client is about to leave; `rooms` are the rooms it is still in, except its own. Called on the client's event loop, must not block.
    func willDisconnect(_ client: Client, rooms: [RoomName], reason: DisconnectReason)

    /// A client has left, for any reason; it is in no room any more. Cancelled when it takes longer than the handler timeout.
    func didDisconnect(_ client: Client, reason: DisconnectReason) async
}

extension Gateway {
    /// What the policies let in.
    public static var requiresUser: Bool { false }
    /// No stages.
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

/// The stages around handlers, of one route, one gateway or all of them.
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
