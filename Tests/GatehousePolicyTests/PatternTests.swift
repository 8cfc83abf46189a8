import GatehouseJSON
import GatehousePolicy
import GatehouseTestSupport
import Testing

@Suite("Patterns (POL-07)") struct PatternTests {
    @Test(
        "POL-07: rooms split on ':', '*' is one whole segment, '**' one or more",
        arguments: [
            ("a", "a", true), ("a", "A", false), ("a", "ab", false), ("ab", "a", false), ("a:b", "a:b", true), ("a:b", "a.b", false),
            ("a:*", "a:b", true), ("a:*", "a:", false), ("a:*", "a", false), ("a:*", "a:b:c", false), ("a:*:c", "a:b:c", true),
            ("a:*:c", "a::c", false), ("a:*:c", "a:b:d", false), ("a:**", "a:b", true), ("a:**", "a:b:c", true), ("a:**", "a", false),
            ("a:**", "a:", false), ("a:**", "a:b:", false), ("a:**", "a::b", false), ("*", "a", true), ("*", "a:b", false),
            ("*", "*", true),
            ("**", "a", true), ("**", "a:b:c", true), ("a:*", "a:*", true), ("a.b", "a.b", true), ("*", "a.b", true),
            ("straße", "straße", true),
            ("*", "日本", true), ("*", "👍", true), ("*", "a\u{301}", false), ("*", "\u{212B}", false), ("*", "a\u{7F}", false),
            ("*", "a\n", false), ("*", "a\u{200B}", false), ("*", "a\u{202E}b", false), ("*", "\u{85}", false),
            ("*", String(repeating: "a", count: 256), true),
            ("*", String(repeating: "a", count: 257), false), ("*", "", false),
        ])
    func rooms(pattern: String, room: String, matches: Bool) throws {
        let bundle = try bundle("rooms: { join: { allow: [ { id: r, room: \"\(pattern)\" } ] } }")
        let grants = try #require(bundle.namespace("/chat")).grants(for: subject(settings: bundle.global))
        #expect(grants.decideJoin(room: room, now: 0).isAllowed == matches)
    }

    @Test(
        "POL-07: events split on '.' and ':'",
        arguments: [
            ("mod.*", "mod.delete", true), ("mod.*", "mod:delete", false), ("mod:*", "mod:delete", true), ("mod.*", "mod.a.b", false),
            ("mod.**", "mod.a.b", true), ("mod.**", "mod.a:b", true), ("*.x", "mod.x", true), ("*", "mod.x", false), ("a.b", "a.b", true),
            ("mod.*", "mod.", false), ("mod.*", "Mod.x", false), ("*", "\u{7}", false),
        ])
    func events(pattern: String, event: String, matches: Bool) throws {
        // Once as a name that the table knows, once as one that only the wildcard finds.
        for known in [[], [event]] {
            let bundle = try PolicyBundle.load(
                files: [
                    PolicyFile(name: "_global.yaml", text: globalText),
                    PolicyFile(name: "chat.yaml", text: namespaceText("send: { allow: [ { id: e, event: \"\(pattern)\" } ] }")),
                ], options: .init(eventNames: ["/chat": known]))
            let policy = try #require(bundle.namespace("/chat"))
            let grants = policy.grants(for: subject(settings: bundle.global))
            let decision = grants.decideSend(event: policy.event(event), room: String?.none, isJoined: false, payloadBytes: 0, now: 0)
            #expect(decision.isAllowed == matches)
        }
    }

    @Test(
        "two patterns overlap, or one covers the other",
        arguments: [
            ("a", "a", true, true), ("a", "b", false, false), ("*", "a", true, true), ("a", "*", true, false), ("**", "a:b", true, true),
            ("a:*", "a:**", true, false), ("a:**", "a:*", true, true), ("a:*", "*:b", true, false), ("a:*", "a:b:c", false, false),
        ])
    func relations(left: String, right: String, overlaps: Bool, covers: Bool) throws {
        let bundle = try bundle("rooms: { join: { allow: [ { id: l, room: \"\(left)\" }, { id: r, room: \"\(right)\" } ] } }")
        let patterns = bundle.rules.map { $0.rooms[0] }
        #expect(patterns[0].overlaps(patterns[1]) == overlaps)
        #expect(patterns[0].covers(patterns[1]) == covers)
    }

    @Test("POL-05: rules that are told apart by a segment decide as each of them alone, deep names and empty segments included")
    func manyRooms() throws {
        let words = ["a", "b", "c", "*", "{sub}", "{/t}"]
        var random = SeededRandom(seed: 7)
        func some(_ words: [String], _ count: Int) -> String {
            (0..<count).map { _ in words[Int(random.next() % UInt64(words.count))] }.joined(separator: ":")
        }
        let deep = Array(repeating: "a", count: 17).joined(separator: ":")
        let patterns = Set((0..<60).map { some(words, 1 + $0 % 4) } + [deep, deep + ":b", "a:**", "b:c:**"]).sorted()
        let rooms = Set((0..<400).map { some(["a", "b", "c", "d", "u1", ""], 1 + $0 % 5) } + [deep, deep + ":b", deep + ":c"]).sorted()
        func grants(_ patterns: [String]) throws -> Grants {
            let rules = patterns.enumerated().map { "{ id: r\($0), room: \"\($1)\" }" }.joined(separator: ", ")
            let bundle = try bundle("rooms: { join: { allow: [ { id: all, room: \"**\" } ], deny: [ \(rules) ] } }")
            return try #require(bundle.namespace("/chat")).grants(for: subject(claims: ["t": "b"], settings: bundle.global))
        }
        let all = try grants(patterns)
        let single = try patterns.map { try grants([$0]) }
        var denied = 0
        for room in rooms {
            let expected = single.allSatisfy { $0.decideJoin(room: room, now: 0).isAllowed }
            #expect(all.decideJoin(room: room, now: 0).isAllowed == expected, "\(room)")
            if !expected { denied += 1 }
        }
        #expect((1..<rooms.count).contains(denied))
    }
}
