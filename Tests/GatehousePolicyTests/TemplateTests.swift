import GatehouseJSON
import GatehousePolicy
import Testing

@Suite("Templates are data (POL-06)") struct TemplateTests {
    @Test(
        "POL-06: a hostile sub or claim matches no room but the one it spells, and only if it is made of safe characters",
        arguments: [
            "*", "**", "a:b", "../x", "u1:*", "{sub}", "{/tenant}", "", " ", "u1 ", "u1\n", "u1\u{0}", "ü", "e\u{301}", "u1/..", "%2a",
            "a*", "u1\u{200B}",
            String(repeating: "a", count: 129), "u,1", "u;1", "$(x)", "u1\u{202E}", "\u{FF0A}", "[a]", "a|b", "\\*", "~", "+", "'", "\"",
        ])
    func hostile(text: String) throws {
        let bundle = try bundle(
            "rooms: { join: { allow: [ { id: own, room: \"user:{sub}\" }, { id: tenant, room: \"tenant:{/tenant}:*\" } ] } }")
        let policy = try #require(bundle.namespace("/chat"))
        let hostile = policy.grants(for: subject(text, claims: ["tenant": .string(text)], settings: bundle.global))
        for room in [
            "user:u1", "user:u2", "user:*", "user:**", "user:a:b", "user:\(text)", "tenant:acme:x", "tenant:\(text):x", "tenant:a:b",
        ] {
            #expect(!hostile.decideJoin(room: room, now: 0).isAllowed, "\(room)")
        }
    }

    @Test("POL-06: a safe value is exactly one segment", arguments: ["u1", "A.b_c-d@e", "0", String(repeating: "a", count: 128)])
    func safe(text: String) throws {
        let bundle = try bundle("rooms: { join: { allow: [ { id: own, room: \"user:{sub}\" } ] } }")
        let grants = try #require(bundle.namespace("/chat")).grants(for: subject(text, settings: bundle.global))
        #expect(grants.decideJoin(room: "user:\(text)", now: 0).isAllowed)
        #expect(!grants.decideJoin(room: "user:\(text)x", now: 0).isAllowed)
        #expect(!grants.decideJoin(room: "user:\(text):x", now: 0).isAllowed)
        #expect(!grants.decideJoin(room: "user:", now: 0).isAllowed)
    }

    @Test(
        "a claim that is missing or no string matches nothing",
        arguments: [nil, JSONValue.integer(1), .array(["acme"]), .null, ["a": "acme"]])
    func wrongType(value: JSONValue?) throws {
        let bundle = try bundle("rooms: { join: { allow: [ { id: tenant, room: \"tenant:{/tenant}\" } ] } }")
        var claims = JSONObject()
        claims["tenant"] = value
        let grants = try #require(bundle.namespace("/chat")).grants(for: subject(claims: .object(claims), settings: bundle.global))
        for room in ["tenant:acme", "tenant:1", "tenant:"] { #expect(!grants.decideJoin(room: room, now: 0).isAllowed) }
    }
}
