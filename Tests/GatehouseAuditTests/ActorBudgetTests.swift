import GatehouseNetwork
import Testing

@testable import GatehouseAudit

@Suite("What an actor may add to the audit log")
struct ActorBudgetTests {
    private static let second: UInt64 = 1_000_000_000

    private static func address(_ text: String) -> ClientAddress { ClientAddress(IPAddress(text)) }

    @Test("a user has so many bytes a second over all addresses, an address over all users; whoever has none is bounded by neither")
    func budgets() {
        var budget = ActorBudget(bytesPerSecond: 100)
        let first = AuditActor(subject: "u1", ip: Self.address("192.0.2.1"))
        let moved = AuditActor(subject: "u1", ip: Self.address("192.0.2.2"))
        let neighbour = AuditActor(subject: "u2", ip: Self.address("192.0.2.1"))
        #expect(budget.take(60, of: first, mono: 1) == true)
        for actor in [moved, neighbour] { #expect(budget.take(60, of: actor, mono: 1) == false) }
        for actor in [moved, neighbour] { #expect(budget.take(40, of: actor, mono: 1) == true) }
        for _ in 0..<10 { #expect(budget.take(60, of: AuditActor(), mono: 1) == true) }
        #expect(budget.take(100, of: first, mono: 1 + Self.second) == true)
    }

    @Test("what was refused to one is not taken from the other, and a /64 is one address")
    func apart() {
        var budget = ActorBudget(bytesPerSecond: 100)
        #expect(budget.take(100, of: AuditActor(ip: Self.address("2001:db8::1")), mono: 1) == true)
        let user = AuditActor(subject: "u", ip: Self.address("2001:db8::2"))
        #expect(budget.take(50, of: user, mono: 1) == false)
        #expect(budget.take(100, of: AuditActor(subject: "u", ip: Self.address("192.0.2.1")), mono: 1) == true)
    }

    @Test("a flood of actors takes no memory without bound, and is folded")
    func flood() {
        var budget = ActorBudget(bytesPerSecond: 100)
        var taken = 0
        for number in UInt32(0)..<40_000 where budget.take(1, of: AuditActor(ip: .known(IPAddress(v4: number))), mono: 1) { taken += 1 }
        #expect(taken == 16_384)
        #expect(budget.take(1, of: AuditActor(ip: .known(IPAddress(v4: 40_000))), mono: 1 + Self.second) == true)
    }
}
