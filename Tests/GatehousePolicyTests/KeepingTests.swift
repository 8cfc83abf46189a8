import GatehouseJSON
import GatehousePolicy
import Testing

@Suite("What a namespace keeps") struct KeepingTests {
    @Test("REC-01, HIS-01, PRE-01: nothing is kept unless the file says so")
    func off() throws {
        let settings = try #require(try bundle("").namespaces["/chat"]).settings
        #expect(settings.recovery == nil && settings.history == nil && settings.presence == nil)
    }

    @Test("REC-01, HIS-01: members have their values, and their defaults")
    func members() throws {
        let policy = try #require(
            try bundle(
                """
                recovery: { window: 2m }
                history: { rooms: ["lobby:*", general], events: message, size: 100, ttl: 10m, bytes: 2MiB, id_at: /message/id }
                presence: { rooms: "lobby:**" }
                """
            ).namespaces["/chat"])
        let recovery = try #require(policy.settings.recovery)
        #expect(recovery.window == 120_000_000_000 && recovery.bytes == 4 << 20 && recovery.messages == 10_000)
        let history = try #require(policy.settings.history)
        #expect(history.size == 100 && history.ttl == 600_000_000_000 && history.bytes == 2 << 20)
        #expect(history.idAt == JSONPointer("/message/id") && history.events.map(\.description) == ["message"])
        let rooms = NameMatcher(history.rooms)
        #expect(["lobby:a", "general"].allSatisfy(rooms.matches) && !["lobby", "lobby:a:b", "other"].contains(where: rooms.matches))
        #expect(policy.presenceRooms.matches("lobby:a:b") && !policy.presenceRooms.matches("general"))
    }

    @Test("Clients of a pattern's namespaces are not recovered, and the file says so")
    func pattern() throws {
        let error = #expect(throws: PolicyErrors.self) {
            _ = try PolicyBundle.load(files: [
                PolicyFile(name: "_global.yaml", text: globalText),
                PolicyFile(name: "tenant.+.yaml", text: namespaceText("recovery: { window: 2m }", namespace: "/tenant/*")),
            ])
        }
        #expect(error?.errors.first?.message.contains("file of their own only") == true)
    }

    @Test("GW-03: rules for the gateway's own events need the member", arguments: ["history", "presence"])
    func builtIn(_ event: String) throws {
        let catalogue = RouteCatalogue(["/chat": [RouteCatalogue.Route(event: "message", dto: nil, hasRoom: false)]])
        let rules = "send: { allow: [ { id: m, event: message }, { id: r, event: \(event), room_at: /room } ] }"
        let member = event == "history" ? "history: { rooms: a, size: 1, ttl: 1m }" : "presence: { rooms: a }"
        let without = try bundle(rules).check(against: catalogue).filter { $0.severity == .error }
        #expect(without.count == 1 && without.allSatisfy { $0.message.contains("add '\(event): { rooms") })
        let with = try bundle(rules + "\n" + member).check(against: catalogue)
        #expect(!with.contains { $0.severity == .error }, "\(with)")
    }
}
