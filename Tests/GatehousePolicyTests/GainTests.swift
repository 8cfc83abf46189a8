import GatehouseJSON
import GatehousePolicy
import GatehouseTestSupport
import Testing

@Suite("What a bundle gives to whoever activates it (POL-44)") struct GainTests {
    private static let head = "connect: { allow: [ { id: c, when: { issuer: corp } } ] }\n"

    private func gains(
        _ old: String, _ new: String, roles: [String] = ["moderator"], claims: JSONValue = [:],
        global: (String, String) = (globalText, globalText),
        events: [String] = [], now: Int64 = 1_000
    ) throws -> [String] {
        let before = try bundle(Self.head + old, global: global.0), after = try bundle(Self.head + new, global: global.1)
        let mo = subject("mo", roles: roles, claims: claims, settings: before.global)
        return after.gains(for: mo, over: before, in: "/chat", events: events, now: now).map(\.description)
    }

    @Test("nothing is gained by the same bundle, by fewer rights, or by rights of others")
    func nothing() throws {
        let send = "send: { allow: [ { id: a, event: [stats, kick], when: { roles: { any_of: [moderator] } } } ] }"
        #expect(try gains(send, send) == [])
        #expect(try gains(send, "") == [])
        #expect(try gains(send, send.replacing("[stats, kick]", with: "stats")) == [])
        let other = "{ id: b, event: ban, when: { roles: { any_of: [admin] } } }"
        #expect(try gains(send, send.replacing("} ] }", with: "}, \(other) ] }")) == [])
    }

    @Test(
        "every way to widen one's own rights is found",
        arguments: [
            // An event for a role that the person has.
            (
                "send: { allow: [ { id: a, event: ban, when: { roles: { any_of: [admin] } } } ] }",
                "send: { allow: [ { id: a, event: ban, when: { roles: { any_of: [moderator, admin] } } } ] }", ["send 'ban' by a"]
            ),
            // A wildcard, for which a name stands that no rule has; what is denied stays so.
            (
                "send: { allow: [ { id: a, event: mod.x } ] }",
                "send: { allow: [ { id: a, event: \"mod.*\" } ], deny: [ { id: d, event: mod.y } ] }", ["send 'mod.other' by a"]
            ),
            // A deny that goes away.
            (
                "send: { allow: [ { id: a, event: \"mod.*\" } ], deny: [ { id: d, event: mod.y } ] }",
                "send: { allow: [ { id: a, event: \"mod.*\" } ] }", ["send 'mod.y' by a"]
            ),
            // Two wildcards that overlap in one name.
            (
                "send: { allow: [ { id: a, event: \"*.b\" } ], deny: [ { id: d, event: \"a.*\" } ] }",
                "send: { allow: [ { id: a, event: \"*.b\" } ] }", ["send 'a.b' by a"]
            ),
            // A deny that only reports refuses nobody.
            (
                "send: { allow: [ { id: a, event: e } ], deny: [ { id: d, event: e } ] }",
                "send: { allow: [ { id: a, event: e } ], deny: [ { id: d, event: e, mode: report } ] }", ["send 'e' by d"]
            ),
            // Membership, rooms and sizes.
            (
                "send: { allow: [ { id: a, event: e, room_at: /room, joined: true } ] }",
                "send: { allow: [ { id: a, event: e, room_at: /room } ] }", ["send 'e' by a"]
            ),
            (
                "send: { allow: [ { id: a, event: e, room_at: /room, to: \"x:{sub}\" } ] }",
                "send: { allow: [ { id: a, event: e, room_at: /room, to: \"x:*\" } ] }", ["send 'e' by a"]
            ),
            (
                "send: { allow: [ { id: a, event: e, max_bytes: 1KiB } ] }", "send: { allow: [ { id: a, event: e, max_bytes: 2KiB } ] }",
                ["send 'e' by a"]
            ),
            ("", "rooms: { join: { allow: [ { id: j, room: \"**\" } ] } }", ["join 'other' by j", "join 'other:other' by j"]),
            (
                "rooms: { join: { allow: [ { id: j, room: \"a:{sub}\" } ] } }", "rooms: { join: { allow: [ { id: j, room: \"a:*\" } ] } }",
                ["join 'a:other' by j"]
            ),
            ("", "receive: { allow: [ { id: r, event: feed.audit } ] }", ["receive 'feed.audit' by r"]),
            // An old authentication is as good as a fresh one.
            (
                "send: { allow: [ { id: a, event: e, when: { auth: { max_age: 15m } } } ] }", "send: { allow: [ { id: a, event: e } ] }",
                ["send 'e' by a"]
            ),
            // Rights confined to the rooms of a claim.
            (
                "send: { allow: [ { id: a, event: e, scope: { rooms_claim: /mod_rooms } } ] }", "send: { allow: [ { id: a, event: e } ] }",
                ["scope 'e' by a"]
            ),
            (
                "send: { allow: [ { id: a, event: e, scope: { rooms_claim: /mod_rooms } } ] }",
                "send: { allow: [ { id: a, event: e, scope: { rooms_claim: /all_rooms } } ] }", ["scope 'e' by a"]
            ),
            // Four eyes.
            (
                "send: { allow: [ { id: a, event: drain } ], approvals: [ { event: drain } ] }",
                "send: { allow: [ { id: a, event: drain } ] }", ["approval 'drain' by a"]
            ),
        ])
    func widened(old: String, new: String, expected: [String]) throws {
        let claims: JSONValue = ["mod_rooms": .array(["a"]), "all_rooms": .array(["a", "b"]), "auth_time": 900]
        #expect(try gains(old, new, claims: claims) == expected)
        // The other way round nothing is gained.
        #expect(try gains(new, old, claims: claims) == [])
    }

    @Test(
        "POL-44: address and transport are the person's to choose, so a right that needs another one is a gain",
        arguments: [
            "when: { ip: [\"192.0.2.0/24\"] }",
            "when: { ip: [\"10.0.0.0/8\", \"127.0.0.0/9\"] }, unless: { ip: [\"10.0.0.0/9\", \"127.0.0.0/8\"] }",
            "when: { transport: polling }", "when: { transport: polling, ip: [\"2001:db8::/32\"] }", "unless: { ip: [\"0.0.0.0/1\"] }",
        ])
    func elsewhere(_ condition: String) throws {
        let rule = "{ id: b, event: ban, \(condition) }"
        let old = "send: { allow: [ { id: a, event: stats } ] }"
        let new = "send: { allow: [ { id: a, event: stats }, \(rule) ] }"
        #expect(try gains(old, new) == ["send 'ban' by b"])
        #expect(try gains(new, new) == [] && gains(new, old) == [])
    }

    @Test("a right in rooms that are too deep for a deny rule's pattern is a gain")
    func deepRooms() throws {
        let deny = "deny: [ { id: d, event: ban, room_at: /room, to: \"*\" } ]"
        let new = "send: { allow: [ { id: a, event: stats }, { id: b, event: ban } ], \(deny) }"
        #expect(try gains("send: { allow: [ { id: a, event: stats } ], \(deny) }", new) == ["send 'ban' by b"])
        #expect(try gains(new, new) == [])
    }

    @Test("registered events are asked for where a pattern meets them")
    func routes() throws {
        let old = "send: { allow: [ { id: a, event: \"*\" } ], deny: [ { id: d, event: ban } ] }"
        let new = "send: { allow: [ { id: a, event: \"*\" }, { id: b, event: \"ban.*\" } ], deny: [ { id: d, event: ban } ] }"
        #expect(try gains(old, new, events: ["ban.add", "stats"]) == ["send 'ban.add' by b", "send 'ban.other' by b"])
    }

    @Test("a person whom the bundle in force refuses, or whose issuer or namespace is new, gains what the new one grants")
    func strangers() throws {
        #expect(try gains("", "", claims: [:]) == [])
        let staff = globalText.replacing("  corp:", with: "  other:")
        let before = try bundle("connect: { allow: [ { id: c, when: { issuer: other, roles: { any_of: [admin] } } } ] }", global: staff)
        let after = try bundle(Self.head)
        let mo = subject("mo", settings: before.global)
        // The same `iss` under another name: a new issuer, and a way in.
        #expect(after.gains(for: mo, over: before, in: "/chat", now: 0).map(\.description) == ["connect '/chat' by c", "trust 'corp'"])
        let elsewhere = try bundle(Self.head, global: globalText)
        #expect(elsewhere.gains(for: mo, over: before, in: "/nothing", now: 0).map(\.kind) == [.trust])
    }

    @Test("roles that another claim holds are seen as each bundle sees them")
    func claimPlace() throws {
        let body = "send: { allow: [ { id: a, event: ban, when: { roles: { any_of: [admin] } } } ] }"
        let moved = globalText.replacing("roles: /roles", with: "roles: /wishes")
        #expect(try gains(body, body, claims: ["wishes": .array(["admin"])], global: (globalText, moved)) == ["send 'ban' by a"])
    }

    @Test(
        "new keys, new issuers and new trusted proxies are gains of whoever stands behind them",
        arguments: [
            (globalText.replacing("corp.jwks", with: "mine.jwks"), "trust 'corp'"),
            (globalText.replacing("audience: [gatehouse]", with: "audience: [gatehouse, shop]"), "trust 'corp'"),
            (globalText.replacing("    audience: [gatehouse]", with: "    audience: [gatehouse]\n    typ_missing: allow"), "trust 'corp'"),
            (globalText + "\ntrusted_proxies: [\"192.0.2.0/24\"]", "trust '192.0.2.0/24'"),
        ])
    func trust(global: String, expected: String) throws {
        #expect(try gains("", "", global: (globalText, global)) == [expected])
    }

    @Test("what cannot be compared is a gain: nothing is granted because there was too much of it")
    func tooMuch() throws {
        let names = (0..<70).map { "w\($0).w\($0).w\($0)" }.joined(separator: ", ")
        let body = "send: { allow: [ { id: a, event: [\(names), \"*.*.*\"] } ] }"
        #expect(try gains(body, body) == ["incomparable '/chat'"])
    }

    @Test("POL-44: on generated bundles no gain means that no request of the person is newly granted")
    func generated() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed of the gain test: \(seed)")
        var random = SeededRandom(seed: seed)
        var silent = 0, told = 0
        for _ in 0..<300 {
            let old = GeneratedPolicy(rules: 5, using: &random)
            var new = old
            new.rules[Int.random(in: 0..<new.rules.count, using: &random)] = GeneratedPolicy.rule("x", using: &random)
            let bundles = (try old.load(), try new.load())
            let subject = GeneratedPolicy.subject(bundles.0.global, using: &random)
            let gains = bundles.1.gains(for: subject, over: bundles.0, in: "/chat", now: GeneratedPolicy.now)
            let grants = try (
                #require(bundles.0.namespace("/chat")).grants(for: subject), #require(bundles.1.namespace("/chat")).grants(for: subject)
            )
            var found = false
            for _ in 0..<40 {
                let action = GeneratedPolicy.action(using: &random)
                guard grants.1.decide(action, now: GeneratedPolicy.now).isAllowed else { continue }
                guard !grants.0.decide(action, now: GeneratedPolicy.now).isAllowed else { continue }
                found = true
                if gains.isEmpty { Issue.record("seed \(seed): \(action) \(subject)\n\(old)\n\(new)") }
            }
            if gains.isEmpty { silent += 1 } else if found { told += 1 }
        }
        #expect(silent > 50 && told > 10, "\(silent) \(told)")
    }
}
