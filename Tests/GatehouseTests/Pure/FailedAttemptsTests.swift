import GatehousePolicy
import Testing

@testable import Gatehouse

@Suite("What failed tokens cost an address")
struct FailedAttemptsTests {
    private static let second: Int64 = 1_000_000_000

    /// A free run of two failures, delays of 8 s at most, a ban after ten attempts in a minute.
    private static let rule = {
        var rule = FailedAuthPenalty()
        (rule.delayAfter, rule.maxDelay, rule.banAfter) = (3, 8 * second, 10)
        return rule
    }()

    enum Act: Sendable {
        case fails, isEarly, succeeds
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// What happens, and at which second.
        var acts: [(second: Int64, act: Act)]
        /// Seconds to wait at the last of these.
        var wait: Int64
        /// At which act (from 1) the address is banned.
        var bans: [Int] = []

        init(_ name: String, _ acts: [(second: Int64, act: Act)], wait: Int64, bans: [Int] = []) {
            (testDescription, self.acts, self.wait, self.bans) = (name, acts, wait, bans)
        }
    }

    private static func fails(_ seconds: [Int64]) -> [(second: Int64, act: Act)] { seconds.map { ($0, .fails) } }

    static let cases: [Case] = [
        Case("nothing", [], wait: 0),
        Case("the first failures cost nothing", fails([1, 1]), wait: 0),
        Case("then a second", fails([1, 1, 1]), wait: 1),
        Case("then twice as long", fails([1, 1, 1, 2]), wait: 2),
        Case("and so on, to the cap", fails([1, 1, 1, 2, 4, 8, 16]), wait: 8),
        Case("the delay runs from the failure", fails([1, 1, 1, 7]), wait: 2),
        Case("attempts that come early make it no longer", fails([1, 1, 1]) + [(1, .isEarly), (1, .isEarly)], wait: 1),
        Case("a window's quiet after the delay ends the run", fails([1, 1, 1, 62]), wait: 0),
        Case("a moment less does not", fails([1, 1, 1, 61]), wait: 2),
        Case("a success halves the run", fails([1, 1, 1, 2]) + [(4, .succeeds), (4, .fails)], wait: 1),
        Case(
            "a second success within the longest delay forgives nothing",
            fails([1, 1, 1, 2, 4]) + [(8, .succeeds), (8, .succeeds), (8, .fails)], wait: 1),
        Case(
            "one after it does", fails([1, 1, 1, 2, 4]) + [(8, .succeeds), (16, .succeeds), (16, .fails)], wait: 0),
        Case(
            "a success between two failures does not keep an attacker free of delays",
            (1...8).flatMap { [(Int64($0), .fails), (Int64($0), .succeeds)] as [(second: Int64, act: Act)] }, wait: 8),
        Case("ten attempts in a window ban", fails([1, 1, 1]) + Array(repeating: (1, .isEarly), count: 7), wait: 1, bans: [10]),
        Case("and ten more ban again", Array(repeating: (1, .isEarly), count: 20), wait: 0, bans: [10, 20]),
        Case("slower ones do not", (0..<30).map { (1 + 7 * $0, .isEarly) }, wait: 0),
    ]

    @Test("SEC-42, AC-37: failures in a row are followed by delays that double, and a flood by a ban", arguments: cases)
    func course(_ one: Case) {
        var attempts = FailedAttempts()
        var bans: [Int] = []
        for (at, step) in one.acts.enumerated() {
            let now = step.second * Self.second
            switch step.act {
            case .fails: if attempts.fail(Self.rule, now: now) { bans.append(at + 1) }
            case .isEarly: if attempts.tooEarly(Self.rule, now: now) { bans.append(at + 1) }
            case .succeeds: attempts.succeed(Self.rule, now: now)
            }
        }
        #expect(attempts.wait(now: (one.acts.last?.second ?? 0) * Self.second) == one.wait * Self.second)
        #expect(bans == one.bans)
    }

    @Test("no clock and no rule makes it trap or wait for ever")
    func extremes() {
        var rule = FailedAuthPenalty()
        (rule.delayAfter, rule.maxDelay, rule.banAfter) = (1, .max, .max)
        var attempts = FailedAttempts()
        for now in [Int64.max, 1, .max] {
            for _ in 0..<100 { _ = attempts.fail(rule, now: now) }
            _ = attempts.tooEarly(rule, now: now)
            attempts.succeed(rule, now: now)
            #expect(attempts.wait(now: now) >= 0)
        }
    }

    @Test("SEC-42: whoever comes to a full table waits for nobody else's failures, and is not banned for them")
    func newcomer() {
        var table = KeyedTable<UInt64, FailedAttempts>(capacity: 8)
        for key in UInt64(1)...8 {
            for _ in 0..<9 { #expect(table.update(key) { $0.fail(Self.rule, now: 1) } == false) }
        }
        #expect(table.capacity == 8 && table.tableBytes <= 8 * 64)
        #expect(table[99].wait(now: 1) == 0)
        for _ in 0..<9 { #expect(table.update(99) { $0.tooEarly(Self.rule, now: 1) } == false) }
        // One of the eight made room; the others owe what they owed.
        #expect((UInt64(1)...8).count { table[$0].wait(now: 1) == 8 * Self.second } == 7)
    }
}
