#if Redis
    import GatehouseAudit
    import GatehouseCluster
    import GatehouseJSON
    import GatehouseRedis
    import GatehouseTokens
    import NIOCore
    import Testing

    @testable import Gatehouse
    @testable import GatehouseModeration

    @Suite("Entries of the log that nodes share")
    struct SharedBodyTests {
        private static let user = UserID(iss: "https://i", subject: "é\u{0}")
        private static let id = ULIDGenerator.shared.next()
        private static let changes: [StateChange] = [
            .ban(Ban(id: id, subject: .user(user), namespace: "/a", room: "r", ends: 5)), .unban(id),
            .mute(Mute(place: Mute.Place(user: user, namespace: nil, room: nil), ends: .max, isShadow: true)),
            .lock(RoomRestriction.Place(namespace: "/a", room: "r"), nil),
            .revoke(Revocation(.token(iss: "i", jti: "j"), until: .max)), .note(UserNote(id: id, user: user, text: "t")), .removeNote(id),
        ]
        private static let act = SharedAct(
            request: KeptRequest(
                actor: user, event: "ban.add", id: id, payload: "{\"a\":1}", changes: changes, reverse: [.unban(id)],
                answer: ["closed": 1], seq: nil, at: 7, target: AuditTarget(namespace: "/a", subject: "s")),
            reason: "why", undone: KeptRequest.Key(actor: user, event: "user.mute", id: id))

        @Test("An act, staff and a state are read as they were written")
        func roundTrip() throws {
            guard case .act(let act)? = SharedBody(SharedBody.act(Self.act).text) else {
                Issue.record("an act is not read")
                return
            }
            #expect(act.request.changes == Self.changes)
            #expect(act.request.reverse == [.unban(Self.id)])
            #expect(act.origin == Self.act.origin)
            #expect(act.request.target == Self.act.request.target)
            #expect(act.request.answer == Self.act.request.answer)
            #expect(act.undone == Self.act.undone)
            let sighting = StaffSighting(user: Self.user, rank: .admin, seen: 3)
            let token = StaffToken(name: TokenName(iss: Self.user.iss, jti: "j"), user: Self.user, rank: .moderator, ends: 9)
            guard case .staff(let sightings, let tokens)? = SharedBody(SharedBody.staff([sighting], [token]).text) else {
                Issue.record("staff is not read")
                return
            }
            #expect(sightings == [sighting] && tokens == [token])
            guard case .state(let state)? = SharedBody(SharedBody.state(act.changes).text) else {
                Issue.record("a state is not read")
                return
            }
            #expect(state.map(\.change) == Self.changes)
        }

        @Test("An act of any time is judged, and a question of any time; none ends the process", arguments: [Int64.min, -1, 0, Int64.max])
        func times(_ time: Int64) throws {
            let now: Int64 = 1_700_000_000_000
            let act = SharedAct(
                request: KeptRequest(
                    actor: Self.user, event: "announce", id: Self.id, payload: #"{"text":"t","request_id":"\#(Self.id)","reason":"r"}"#,
                    changes: [], reverse: [], answer: [:],
                    seq: nil, at: time, target: AuditTarget(namespace: "/a")),
                reason: "why", undone: nil)
            #expect(try act.live?.concernsHere(act, now) == (time == .max))
            #expect(NodeQuestion(#"{"ask":"stats","at":\#(time)}"#, now: now) == nil)
            let near = NodeQuestion(#"{"ask":"stats","at":\#(time)}"#, now: time == .min ? 0 : time)
            #expect((near == nil) == (time == .min))
            let memory = StaffMemory()
            memory.restore(Self.user, .admin, seen: time)
            #expect(memory.note(Self.user, .admin, now: now) == (time != .max))
        }

        @Test(
            "What no node writes is no entry",
            arguments: [
                "", "[]", "{}", #"{"act":{}}"#, #"{"what":1}"#, #"{"state":[{}]}"#, #"{"state":[],"act":1}"#,
                #"{"staff":{"seen":[{"iss":"i","sub":"s","rank":4,"seen":1}],"tokens":[]}}"#,
                #"{"staff":{"seen":[{"iss":"i","sub":"s","rank":0,"seen":1}],"tokens":[]}}"#,
            ])
        func refused(_ text: String) { #expect(SharedBody(text) == nil) }

        @Test("A change that is not understood makes the whole act none: a part of it would be another act")
        func whole() {
            let text = SharedBody.act(Self.act).text
            #expect(SharedBody(text) != nil)
            #expect(SharedBody(text.replacing("remove_note", with: "remove_all")) == nil)
            #expect(SharedBody(text.replacing("ban.add", with: "ban.list")) == nil)
        }

        @Test("A seal is that of one entry at one place: each change of it is found")
        func seal() throws {
            let sealing = ActSealing(try MessageSeal(secret: Array(repeating: 7, count: 32)))
            let entry = SharedEntry(origin: "o", number: 5, node: "n", text: "{}")
            func line(_ change: (inout [String]) -> Void) throws -> SharedLogLine {
                var fields = try sealing.fields(entry)
                change(&fields)
                let values = fields.map { RedisValue.bulk(ByteBuffer(string: $0)) }
                let found = RedisStreamEntry(.array([.bulk(ByteBuffer(string: "1-0")), .array(values)]))
                return sealing.line(try #require(found))
            }
            #expect(try line { _ in }.entry == entry)
            for (name, value) in [("origin", "p"), ("number", "6"), ("node", "m"), ("text", "[]"), ("seal", "00")] {
                let changed = try line { fields in
                    if let index = fields.firstIndex(of: name) { fields[index + 1] = value }
                }
                #expect(changed.entry == nil && changed.fault == "seal", "\(name)")
            }
            #expect(try line { $0.removeLast(2) }.fault == "seal")
            #expect(throws: AuditError.self) { try MessageSeal(secret: Array(repeating: 7, count: 31)) }
        }
    }

    @Suite("One page of several nodes")
    struct MergedPageTests {
        private func page(_ names: [String], cursor: String? = nil) -> JSONObject {
            (["items": .array(names.map { ["k": .string($0), "members": 1] })] as JSONObject).adding(["cursor": cursor.map { .string($0) }])
        }

        private func names(_ page: MergedPage) -> [String] { page.items.compactMap { $0["k"]?.stringValue } }

        @Test("Items come in order, and the page ends where one node's does")
        func order() {
            let merged = MergedPage([page(["a", "c"], cursor: "c"), page(["b", "d", "e"])], by: "k", limit: 10)
            #expect(names(merged) == ["a", "b", "c"])
            #expect(merged.cursor == "c")
            let all = MergedPage([page(["a", "c"]), page(["b"])], by: "k", limit: 10)
            #expect(names(all) == ["a", "b", "c"] && all.cursor == nil)
            let cut = MergedPage([page(["a", "c"]), page(["b", "d"])], by: "k", limit: 3)
            #expect(names(cut) == ["a", "b", "c"] && cut.cursor == "c")
        }

        @Test("Rooms of one name are one room")
        func rooms() {
            let merged = MergedPage([page(["a", "b"]), page(["b"])], by: "k", limit: 10, merge: MergedPage.addMembers)
            #expect(merged.items.map { $0["members"] } == [1, 2])
        }

        @Test("Whoever turns the pages sees each item once, whatever the nodes' limits")
        func turning() {
            let nodes = [(0..<17).map { "x\($0 * 3 + 100)" }, (0..<9).map { "x\($0 * 5 + 101)" }, []]
            var seen: [String] = []
            var cursor = ""
            for _ in 0..<40 {
                let pages = nodes.map { names in
                    let rest = names.sorted().filter { $0 > cursor }
                    return page(Array(rest.prefix(4)), cursor: rest.count > 4 ? rest[3] : nil)
                }
                let merged = MergedPage(pages, by: "k", limit: 3)
                seen += names(merged)
                guard let next = merged.cursor else { break }
                cursor = next
            }
            #expect(seen == seen.sorted())
            #expect(Set(seen) == Set(nodes.flatMap { $0 }))
        }
    }
#endif
