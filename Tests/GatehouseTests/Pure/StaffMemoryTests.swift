import Testing

@testable import Gatehouse
@testable import GatehouseModeration

@Suite("Who was staff lately")
struct StaffMemoryTests {
    private static let hour: Int64 = 3_600_000
    private func user(_ name: String) -> UserID { UserID(iss: "https://idp.example", subject: name) }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// At which hour the user was here, and as what.
        var seen: [(hour: Int64, rank: StaffRank)]
        /// The rank that is remembered at an hour.
        var ranks: [(hour: Int64, rank: StaffRank)]

        init(_ name: String, _ seen: [(hour: Int64, rank: StaffRank)], _ ranks: [(hour: Int64, rank: StaffRank)]) {
            (testDescription, self.seen, self.ranks) = (name, seen, ranks)
        }
    }

    static let cases: [Case] = [
        Case("a user", [(1, .none)], [(1, .none)]),
        Case("a moderator, for 24 hours", [(1, .moderator)], [(1, .moderator), (24, .moderator), (25, .none)]),
        Case("from when he was last seen", [(1, .moderator), (9, .moderator)], [(32, .moderator), (33, .none)]),
        Case("who became less", [(1, .admin), (9, .viewer)], [(9, .admin), (24, .admin), (25, .viewer), (33, .none)]),
        Case("who became more", [(1, .viewer), (9, .admin)], [(9, .admin), (32, .admin), (33, .none)]),
        Case("who became nobody", [(1, .admin), (9, .none)], [(24, .admin), (25, .none)]),
        Case("a clock that goes back forgets nothing", [(9, .admin), (1, .admin)], [(32, .admin), (33, .none)]),
    ]

    @Test("MOD-20: the highest rank of the last 24 hours counts", arguments: cases)
    func ranks(_ one: Case) {
        let memory = StaffMemory()
        for (hour, rank) in one.seen { _ = memory.note(user("a"), rank, now: hour * Self.hour) }
        for (hour, rank) in one.ranks { #expect(memory.rank(of: user("a"), now: hour * Self.hour) == rank, "at \(hour)") }
        #expect(memory.rank(of: user("b"), now: Self.hour) == .none)
    }

    @Test("MOD-20: memory is bounded: the lowest rank goes first, whoever had it longest ago; who is no longer of interest goes too")
    func bounded() {
        let memory = StaffMemory(capacity: 3)
        for (at, name) in ["a", "b", "c", "a", "d"].enumerated() { _ = memory.note(user(name), .viewer, now: Int64(at + 1) * Self.hour) }
        let now = 5 * Self.hour
        #expect(["a", "b", "c", "d"].map { memory.rank(of: user($0), now: now) } == [.viewer, .none, .viewer, .viewer])
        _ = memory.note(user("c"), .admin, now: 2 * Self.hour)
        _ = memory.note(user("e"), .viewer, now: now)
        #expect(["a", "c", "d", "e"].map { memory.rank(of: user($0), now: now) } == [.none, .admin, .viewer, .viewer])
        memory.forget(now: 28 * Self.hour)
        #expect(["c", "d", "e"].map { memory.rank(of: user($0), now: now) } == [.none, .viewer, .viewer])
    }

    @Test("MOD-20: what survives a restart is written once an hour and at each new rank, not at every message of who comes and goes")
    func writes() {
        let memory = StaffMemory()
        func note(_ rank: StaffRank, _ minutes: Int64) -> Bool { memory.note(user("a"), rank, now: minutes * 60_000 + Self.hour) }
        #expect(note(.moderator, 0) && !note(.moderator, 1) && !note(.moderator, 59) && note(.moderator, 60))
        #expect(note(.admin, 61) && !note(.admin, 62))
        #expect(!note(.none, 200) && !note(.viewer, 200))
    }
}
