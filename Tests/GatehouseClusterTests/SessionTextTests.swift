#if Redis
    import GatehouseAudit
    import GatehouseCluster
    import GatehouseJSON
    import GatehouseRedis
    import NIOCore
    import SocketIO
    import Testing

    /// What crosses Redis is nobody's word.
    @Suite("Sessions as they stand in Redis")
    struct SessionTextTests {
        private static let pid = Bits128(high: 1, low: 2)
        private static let owner = Array("3:isssub".utf8)
        private static let place = RecoveryOffset(epoch: 7, position: 8, shared: SharedPosition(time: 9, sequence: 10))

        private static func session(rooms: Int = 2, last: RecoveryOffset? = place, earlier: [RecoveryOffset] = []) -> RecoverySession {
            RecoverySession(
                pid: pid, owner: owner, holder: 0xAB, socket: SocketID(),
                rooms: (0..<rooms).map { .init(name: "room \($0) \u{1F600}", isByServer: $0 == 1, since: place) }, since: place,
                lastSent: last, seen: place, earlier: earlier, isOver: last == nil, time: .now())
        }

        @Test("A session is read as it was written", arguments: [nil, place])
        func roundTrip(_ last: RecoveryOffset?) throws {
            let session = Self.session(last: last)
            let read = try #require(SessionText.read(SessionText.write(session), pid: Self.pid, owner: Self.owner))
            #expect(read.socket == session.socket && read.rooms == session.rooms && read.since == session.since)
            let places = (1...3).map { RecoveryOffset(epoch: $0, position: 2, shared: SharedPosition(time: 3, sequence: 4)) }
            let moved = SessionText.write(Self.session(earlier: places))
            #expect(SessionText.read(moved, pid: Self.pid, owner: Self.owner)?.earlier == places && read.earlier.isEmpty)
            #expect(read.lastSent == last && read.seen == session.seen && read.isOver == session.isOver)
            let text = SessionText.write(session)
            #expect(!text.contains(Self.pid.description) && !text.contains("sub") && !text.contains("iss"))
        }

        @Test("Anything else is refused: another form, another version, more than there is, places of one node alone")
        func strict() {
            let text = SessionText.write(Self.session())
            let short = RecoveryOffset(epoch: 7, position: 8).description
            let changes = [
                ("\"v\":1", "\"v\":2"), ("\"over\":false", "\"over\":0"), ("\"over\":false", "\"over\":false,\"token\":\"x\""),
                ("true", "1"), (Self.place.description, short), (Self.place.description, "x"), ("{", "["), ("}", ""),
            ]
            for (old, new) in changes {
                let changed = text.replacing(old, with: new)
                #expect(changed != text, "\(old)")
                #expect(SessionText.read(changed, pid: Self.pid, owner: Self.owner) == nil, "\(changed)")
            }
            let traveller = SessionText.write(Self.session(earlier: Array(repeating: Self.place, count: RecoverySession.mostPlaces + 1)))
            #expect(SessionText.read(traveller, pid: Self.pid, owner: Self.owner) == nil)
            let crowd = SessionText.write(Self.session(rooms: 1_025))
            #expect(SessionText.read(crowd, pid: Self.pid, owner: Self.owner) == nil)
        }

        @Test("REC-03: the name is that of one secret, one user and one namespace, and shows none of them")
        func names() throws {
            let keeping = SessionKeeping(prefix: "p", nil)
            let name = try keeping.name(Self.pid, Self.owner, "/hall")
            let others = [
                try keeping.name(Bits128(high: 1, low: 3), Self.owner, "/hall"),
                try keeping.name(Self.pid, Array("3:isssua".utf8), "/hall"),
                try keeping.name(Self.pid, Self.owner, "/hal"),
            ]
            #expect(Set(others + [name]).count == 4 && name.hasPrefix("p:gatehouse:session:"))
            #expect(!name.contains(Self.pid.description) && !name.contains("hall") && !name.contains("sub"))
        }

        @Test("With a key, what is not sealed, or sealed for another name, is refused")
        func seal() throws {
            let key = try MessageSeal(secret: Array(repeating: 1, count: 32))
            let keeping = SessionKeeping(prefix: "p", key)
            let name = try keeping.name(Self.pid, Self.owner, "/hall")
            func read(_ value: String, _ name: String) -> RecoverySession? {
                keeping.session(value, name, pid: Self.pid, owner: Self.owner)
            }
            func value(_ keeping: SessionKeeping) throws -> String {
                String(buffer: try keeping.keep(Self.session(), "/hall", isNew: true, milliseconds: 1).arguments[2])
            }
            let sealed = try value(keeping)
            #expect(read(sealed, name) != nil && read(sealed, name + "0") == nil)
            let plain = try value(SessionKeeping(prefix: "p", nil))
            #expect(read(plain, name) == nil)
            #expect(read(sealed.replacing("room 0", with: "room 9"), name) == nil)
            #expect(read("", name) == nil && read("x\ny\nz", name) == nil && read("1\n2", name) == nil)
        }
    }
#endif
