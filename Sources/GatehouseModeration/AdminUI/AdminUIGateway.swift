package import Gatehouse
import GatehouseAudit
import GatehouseJSON
import SocketIO

/// The Socket.IO Admin UI on `/admin-ui` (CON-09): what it shows, and the two of its acts that moderation has. Each is made as an act of
/// `/admin`, with the reason "Admin UI": it takes a `send` rule of `/admin-ui`, and the right of `/admin` to the verb.
///
/// Sockets go by the handle of their session (`sid_ref`), never by an id that means something to clients.
package struct AdminUIGateway: Gateway {
    /// `/admin-ui`
    package static let namespace: Namespace = "/admin-ui"

    let admin: AdminGateway
    let sessions = AdminUISessions()
    let views = AdminUIViews()
    let ticks = AdminUITicks()

    package init(_ admin: AdminGateway) { self.admin = admin }

    package func routes(_ on: inout Routes) {
        on("_disconnect", disconnect).family(AdminVerb.sessionKick.family.rawValue).optional()
        on("leave", leave).family(AdminVerb.roomEvict.family.rawValue).optional()
    }

    package func willStart(_ server: ServerHandle) async throws {
        server.every(AdminUIStatistics.interval) { try await tick(server) }
    }

    /// The statistics are gathered once for all clients, and only while there are any.
    func tick(_ server: ServerHandle) async throws {
        let views = views.all
        guard !views.isEmpty else { return ticks.stop() }
        let measurement = try await ServerMeasurement(of: server.runtime)
        let facts = AdminUIStatistics(
            measurement, server.runtime, events: ticks.events(measurement, now: server.runtime.clock.wallMilliseconds()))
        try server.of(Self.namespace).local.volatile.emit("server_stats", facts.json)
        for view in views where view.takeStale() { try await showSockets(view.client, AdminUIRights(of: view.client)) }
    }

    // MARK: Clients

    package func didConnect(_ client: Client) async throws {
        let rights = try await AdminUIRights(of: client)
        if let id = client[SignedIn.self].sessionID { try client.emit("session", id) }
        try client.emit("config", rights.config)
        let view = AdminUIView(client)
        views.add(view)
        if rights.seesSockets {
            let form = FeedForm(
                of: AdminGateway.namespace, events: AdminUIFeed.events, messages: AdminUIFeed.messages, lost: { view.becomeStale() })
            let filter = FeedFilter(rooms: rights.rooms)
            _ = try await client.followFeedLater([FeedTopics(.session), FeedTopics(.room)], filter, in: form, isHeld: true)
            try await showSockets(client, rights)
            try await client.releaseFeed()
        }
        let measurement = try await ServerMeasurement(of: client.server.runtime)
        try client.emit("server_stats", AdminUIStatistics(measurement, client.server.runtime).json)
    }

    private func showSockets(_ client: Client, _ rights: AdminUIRights) async throws {
        guard rights.seesSockets else { return }
        let runtime = client.server.runtime
        let page = try await runtime.directory.list(SessionFilter(rooms: rights.rooms), limit: AdminUISocket.most)
        let sockets = AdminUISocket.list(page.map { $0.confined(to: rights.rooms) })
        runtime.audit.record(
            AuditRecord(.adminSessionList, actor: client.actor, detail: ["items": AuditScalar(sockets.count), "by": "Admin UI"]))
        try client.emit("all_sockets", JSONValue.array(sockets))
    }

    // MARK: Acts

    private static let reason = "Admin UI"

    /// `_disconnect(nsp, close, id)`: a kick. Moderation closes sessions whole, whatever `close` is.
    func disconnect(_ ns: String, _ close: Bool?, _ filter: String?, _ context: EventContext) async throws {
        guard let reference = filter else { throw Self.tooWide }
        try await make(
            SessionKick(
                requestID: Self.newID, reason: Self.reason, sessionReference: reference, user: nil, ns: ns, rejoinAfter: nil, dryRun: false),
            "_disconnect", context)
    }

    /// `leave(nsp, room, id)`: the user of the session leaves the room, with all sessions.
    func leave(_ ns: String, _ room: String, _ filter: String?, _ context: EventContext) async throws {
        guard let reference = filter, reference != room else { throw Self.tooWide }
        guard let namespace = Namespace(ns) else { throw GatewayError(.invalid, "nsp is not a namespace") }
        let found = try await context.client.server.runtime.directory.list(
            SessionFilter(reference: reference, namespace: namespace, room: room), limit: 1)
        guard let user = found.first?.sockets.first(where: { $0.namespace == namespace })?.principal.user else {
            throw GatewayError(.notFound, "No user with this session is in this room")
        }
        try await make(
            RoomEvict(requestID: Self.newID, reason: Self.reason, ns: ns, room: room, user: UserReference(user), dryRun: false), "leave",
            context)
    }

    private static var newID: String { ULIDGenerator.shared.next().description }

    private static let tooWide = GatewayError(
        .forbidden, "From here one session is acted on at a time; the console and the command line act on more")

    /// Both namespaces must allow it: the rule of this one for the event, and that of `/admin` for the verb, which the runner asks.
    private func make(_ act: any Act, _ event: String, _ context: EventContext) async throws {
        let right = try await context.client.right(to: event)
        guard right.isAllowed, right.approval == nil else {
            throw GatewayError(.forbidden, "Acts that need a second person are asked for in /admin")
        }
        if let rooms = right.rooms, !act.subject.isConfined(to: rooms) {
            throw GatewayError(.forbidden, "Your right is confined to some rooms, and this concerns more")
        }
        _ = try await ActRunner(gateway: admin).make(act, context)
    }
}

/// The id of a sign-in that a client is yet to be told.
struct SignedIn: ClientData {
    var sessionID: String?
}
