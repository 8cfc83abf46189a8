import Testing

@testable import GatehouseTokens

@Suite("What a revocation costs")
struct RevocationCostTests {
    private static func revocation(_ number: Int) -> Revocation {
        Revocation(.token(iss: "https://idp.example", jti: "token-\(number)"), until: .max)
    }

    /// Nanoseconds for one more entry, the best of some tries.
    private func cost(_ revocations: CurrentRevocations, from first: Int) throws -> Double {
        let clock = ContinuousClock()
        var best = Duration.seconds(60)
        for round in 0..<5 {
            let time = try clock.measure {
                for number in 0..<20 {
                    let revocation = Self.revocation(first + round * 20 + number)
                    try revocations.put(try revocations.changes(by: revocation, now: 0).all)
                }
            }
            best = min(best, time)
        }
        return Double(best.components.attoseconds) / 1e9 / 20
    }

    private func full(but room: Int) throws -> CurrentRevocations {
        var list = RevocationList()
        for number in 0..<(RevocationList.capacity - room) { try list.insert(Self.revocation(number)) }
        return CurrentRevocations(list)
    }

    @Test("SEC-17: one more entry costs as much behind 100,000 as behind ten")
    func constant() throws {
        let few = try cost(CurrentRevocations(), from: 0)
        let many = try cost(try full(but: 1_000), from: RevocationList.capacity)
        print("revocation: \(few) ns behind ten, \(many) ns behind 100,000")
        // Copying a list of that length takes a thousand times as long as changing one.
        #expect(many < 20 * few)
    }

    @Test("SEC-17: what is in force is counted, bounded, and taken out in its time; one that is known is no new one")
    func bounded() throws {
        let revocations = try full(but: 1)
        let known = try revocations.changes(by: Self.revocation(7), now: 0)
        #expect(known.new.isEmpty && known.all.count == 1)
        let last = Revocation(.token(iss: "https://idp.example", jti: "last"), until: 10)
        try revocations.put(try revocations.changes(by: last, now: 0).all)
        #expect(revocations.isFull && revocations.count == RevocationList.capacity)
        let error = #expect(throws: RevocationError.self) { try revocations.changes(by: Self.revocation(-1), now: 0) }
        #expect(error?.code == .full)
        #expect(try revocations.changes(by: Self.revocation(7), now: 0).new.isEmpty)
        #expect(revocations.removeEnded(at: 10) == [last] && revocations.count == RevocationList.capacity - 1)
        let token = TokenIdentity(iss: "https://idp.example", sub: "alice", jti: "token-7", iat: 0)
        #expect(revocations.verdict(on: token, now: 0) == .revoked)
    }

    @Test("SEC-17: readers on other threads see every revocation that was put in force before, and every change of a user as a whole")
    func readers() async throws {
        let revocations = CurrentRevocations()
        let iss = "https://idp.example"
        func ask(_ instant: Int64, by: Int64) -> Revocation {
            Revocation(.reauthentication(iss: iss, sub: "alice", issuedBefore: instant, by: by), until: .max)
        }
        try revocations.put(try revocations.changes(by: ask(10, by: 100), now: 0).all)
        let old = TokenIdentity(iss: iss, sub: "alice", jti: nil, iat: 5)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            // At 100 the first request has ended the old token; the later ones never give it more time.
            for _ in 0..<2 {
                group.addTask {
                    (0..<5_000).allSatisfy { _ in
                        switch revocations.verdict(on: old, now: 100) {
                        case .revoked, .reauthenticate(by: 100, issuedSince: _): true
                        default: false
                        }
                    }
                }
            }
            for number in 1..<200 { try revocations.put(try revocations.changes(by: ask(10, by: 100 + Int64(number)), now: 100).all) }
            for try await isRight in group { #expect(isRight) }
        }
    }
}
