import Gatehouse
import GatehouseJSON

/// What a client of the Admin UI may see and do: by the rules of `/admin-ui` for the UI's events, and by those of `/admin` for what is
/// behind them.
struct AdminUIRights: Sendable {
    /// Whether it gets sockets and rooms: the UI's "development mode".
    let seesSockets: Bool
    /// The rooms that its view is confined to; `nil` for all.
    let rooms: [String]?
    let features: [String]

    init(of client: Client) async throws {
        let home = AdminGateway.namespace
        let list = try await client.right(to: AdminVerb.sessionList.rawValue, in: home)
        let feed = try await client.right(to: AdminVerb.feedSubscribe.rawValue, in: home)
        let hasEvents = try await client.mayReceive(["all_sockets"] + AdminUIFeed.events(.session) + AdminUIFeed.events(.room))
        self.init(
            list: list, feed: feed, hasEvents: hasEvents,
            mayDisconnect: try await Self.may("_disconnect", .sessionKick, client),
            mayLeave: try await Self.may("leave", .roomEvict, client))
    }

    init(list: EventRight, feed: EventRight, hasEvents: Bool, mayDisconnect: Bool, mayLeave: Bool) {
        seesSockets = hasEvents && list.isAllowed && feed.isAllowed
        // A claim confines both or none; where rules differ, to what both reach.
        rooms = list.rooms.map { rooms in rooms.filter { feed.includes($0) } } ?? feed.rooms
        features =
            ["AGGREGATED_EVENTS"] + (seesSockets ? ["ALL_EVENTS"] : []) + (mayDisconnect ? ["DISCONNECT"] : [])
            + (mayLeave ? ["LEAVE"] : [])
    }

    private static func may(_ event: String, _ verb: AdminVerb, _ client: Client) async throws -> Bool {
        guard try await client.right(to: event).isAllowed else { return false }
        return try await client.right(to: verb.rawValue, in: AdminGateway.namespace).isAllowed
    }

    /// The argument of `config`.
    var config: JSONValue { ["supportedFeatures": .array(features.map { .string($0) })] }
}
