import GatehouseJSON
import GatehousePolicy
import Testing

@testable import GatehouseCLI
@testable import GatehouseCommands

@Suite("Routes of the built-in gateways")
struct RouteTests {
    @Test("GW-03: every event of both gateways is listed with its payload")
    func catalogue() async throws {
        let catalogue = try await Program(GatehouseChat.self).catalogue()
        #expect(catalogue.namespaces.keys.sorted() == ["/admin", "/chat"])
        #expect(catalogue.namespaces["/chat"]?.map(\.event).sorted() == ["join", "leave", "message", "report", "typing"])
        #expect(catalogue.namespaces["/chat"]?.first { $0.event == "message" }?.dto == "ChatMessage")
        #expect(catalogue.namespaces["/admin"]?.contains { $0.event == "session.kick" && $0.dto == "SessionKick" } == true)
    }

    @Test("GW-03: a payload that must name a room is told from one that may narrow by room, and from one without")
    func rooms() async throws {
        let catalogue = try await Program(GatehouseChat.self).catalogue()
        let withRoom = catalogue.namespaces.mapValues { Set($0.filter(\.hasRoom).map(\.event)) }
        #expect(withRoom == ["/chat": ["join", "leave", "message", "typing"], "/admin": []])
    }

    @Test("GW-03: a rule that does not look at the room of a payload is warned of; the shipped rules all do")
    func findings() async throws {
        let catalogue = try await Program(GatehouseChat.self).catalogue()
        let shipped = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/") + "/policies"
        let bundle = try PolicyBundle.load(directory: shipped, options: .init(checkModes: false))
        #expect(bundle.check(against: catalogue) == [])
        let blind = try TestPolicies.bundle().check(against: catalogue).map(\.message)
        #expect(blind.contains { $0.hasPrefix("the payload of 'message' names a room and no rule looks at it") })
    }

    @Test("A route is shown with every rule that may allow it, and with none where none does")
    func overview() throws {
        let catalogue = RouteCatalogue([
            "/chat": [.init(event: "message", dto: "ChatMessage", hasRoom: true), .init(event: "mod.delete", dto: nil, hasRoom: false)]
        ])
        let overview = RouteOverview(catalogue, try TestPolicies.bundle())
        #expect(overview.rows.map(\.rules) == [["send.message", "send.staff"], []])
        #expect(overview.json[0]?["rules"] == ["send.message", "send.staff"] && overview.json[1]?["dto"] == .null)
        #expect(overview.table.lines.last?.hasSuffix("nothing") == true)
    }
}
