import GatehouseAudit
import Glibc
import Testing

@Suite("Identifiers, keys, catalogue")
struct IdentityTests {
    @Test("A ULID grows strictly, from any thread and over a clock set back")
    func monotonic() async {
        let clock = TestClock()
        let generator = ULIDGenerator(clock: clock.clock)
        var last = generator.next()
        for index in 0..<1_000 {
            if index == 300 { clock.advance(.milliseconds(1)) }
            if index == 600 { clock.setBack(.seconds(3_600)) }
            let next = generator.next()
            #expect(next > last && next.description > last.description)
            last = next
        }
        let all = await withTaskGroup(of: [ULID].self) { group in
            for _ in 0..<4 { group.addTask { (0..<500).map { _ in ULIDGenerator.shared.next() } } }
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(Set(all).count == 2_000)
    }

    @Test("A ULID is 26 letters and reads back; anything else does not")
    func text() {
        let id = ULIDGenerator(clock: TestClock().clock).next()
        #expect(id.description.utf8.count == 26 && ULID(id.description) == id && ULID(id.description.lowercased()) == id)
        #expect(id.milliseconds == UInt64(TestClock.start / 1_000))
        #expect(ULID("01ARZ3NDEKTSV4RRFFQ69G5FAV")?.milliseconds == 1_469_922_850_259)
        #expect(ULID("01ARZ3NDEKTSV4RRFFQ69G5FAV")?.description == "01ARZ3NDEKTSV4RRFFQ69G5FAV")
        #expect(ULID("7ZZZZZZZZZZZZZZZZZZZZZZZZZ") != nil)
        for bad in [
            "", "01ARZ3NDEKTSV4RRFFQ69G5FA", "01ARZ3NDEKTSV4RRFFQ69G5FAVV", "8ZZZZZZZZZZZZZZZZZZZZZZZZZ", "01ARZ3NDEKTSV4RRFFQ69G5FAU",
        ] {
            #expect(ULID(bad) == nil, "\(bad)")
        }
    }

    @Test("AUD-04: the key file is made once, for its owner alone; an open or short one is refused")
    func keyFile() throws {
        let directory = TestDirectory()
        let path = directory.path + "/keys/audit.key"
        let made = try AuditKey.loadOrMake(at: path)
        #expect(try SystemFiles().status(at: path).permissions == 0o600)
        #expect(try AuditKey.loadOrMake(at: path).pseudonym(of: "x", as: "jti") == made.pseudonym(of: "x", as: "jti"))
        #expect(made.pseudonym(of: "x", as: "jti") != made.pseudonym(of: "x", as: "sid"))
        #expect(!"\(made)".contains("hmac") && "\(made)".utf8.count < 20)
        _ = unsafe chmod(path, 0o644)
        #expect(throws: AuditError.self) { try AuditKey.loadOrMake(at: path) }
        TestDirectory.write([1, 2, 3], to: path)
        _ = unsafe chmod(path, 0o600)
        #expect(throws: AuditError.self) { try AuditKey.loadOrMake(at: path) }
    }

    @Test("AUD-07: every event has its group in its name, a class and levels; the table lists them all")
    func catalogue() {
        for event in AuditEvent.allCases {
            let prefix = event.rawValue.prefix { $0 != "." }
            switch event.group {
            case .staff: #expect(["admin", "approval", "mod", "report"].contains(prefix))
            case .node: #expect(["node", "limit"].contains(prefix))
            default: #expect(prefix == event.group.rawValue)
            }
            #expect(event.defaultLevel >= event.minimalLevel)
            #expect(AuditEvent.markdownTable.contains("| `\(event.rawValue)` |"))
        }
        #expect(AuditEvent.adminBanAdd.durability == .durable && AuditEvent.policyActivated.durability == .durable)
        #expect(AuditEvent.authOK.durability == .grouped && AuditEvent.messageRateLimited.durability == .folded)
    }

    @Test("AUD-01: the schema finds what does not conform")
    func schema() throws {
        let test = try TestLog()
        test.log.record(.denial())
        try test.close()
        let good = test.directory.lines[1]
        #expect(AuditSchema.violations(in: good) == [])
        let changes = [
            ("\"v\":1", "\"v\":2"), ("\"seq\":2", "\"seq\":\"2\""), ("msg.denied", "msg.invented"),
            ("\"sev\":\"warning\"", "\"sev\":\"loud\""),
            ("\"port\":51234", "\"port\":70000"), (",\"count\":1", ""), ("\"count\":1", "\"count\":0"),
            ("\"count\":1", "\"count\":1,\"x\":1"),
            ("\"mode\":\"enforce\"", "\"mode\":1"), ("{\"bytes\":812}", "{\"bytes\":[812]}"), ("\"mono\":0", "\"mono\":-1"),
        ]
        for (old, new) in changes {
            let bad = good.replacing(old, with: new)
            #expect(bad != good && !AuditSchema.violations(in: bad).isEmpty, "\(old) -> \(new)")
        }
    }

    @Test(
        "Timestamps are UTC with microseconds",
        arguments: [
            (0, "1970-01-01T00:00:00.000000Z"), (951_782_400_000_001, "2000-02-29T00:00:00.000001Z"),
            (-1, "1969-12-31T23:59:59.999999Z"), (4_107_542_399_999_999, "2100-02-28T23:59:59.999999Z"),
            (4_107_542_400_000_000, "2100-03-01T00:00:00.000000Z"), (Int64.max, "9999-12-31T23:59:59.999999Z"),
            (Int64.min, "0001-01-01T00:00:00.000000Z"),
        ])
    func timestamps(_ microseconds: Int64, _ text: String) {
        #expect(Timestamp.text(microseconds) == text)
    }
}
