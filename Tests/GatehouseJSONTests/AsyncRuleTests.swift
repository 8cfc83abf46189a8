import GatehouseJSON
import Testing

@Suite("Rules that have to wait")
struct AsyncRuleTests {
    /// A clock that stands still: whoever sleeps on it wakes when the clock is told so, or at once if it runs fast.
    struct StillClock: Clock {
        struct Instant: InstantProtocol {
            var offset: Duration
            func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
            func duration(to other: Instant) -> Duration { other.offset - offset }
            static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
        }

        let isFast: Bool
        var now: Instant { Instant(offset: .zero) }
        var minimumResolution: Duration { .zero }

        func sleep(until deadline: Instant, tolerance: Duration?) async throws {
            if isFast { return }
            let never = AsyncStream<Void> { _ in }
            for await _ in never {}
            try Task.checkCancellation()
        }
    }

    struct Lost: Error {}

    static func schema(_ answer: @escaping @Sendable (Item) async throws -> Bool) -> Schema<Item> {
        Schema(
            Field<String>("name"), Field<Color>("color"),
            asyncRules: [AsyncRule("isKnown", at: "name", "must be known", timeout: .seconds(5), answer)],
            make: Item.init
        )
    }

    @Test("VAL-15: a rule that holds lets the payload through")
    func holds() async throws {
        try await Self.schema { $0.name == "a" }.check(Item(name: "a", color: .red), clock: StillClock(isFast: false))
    }

    @Test("VAL-15: a rule that is broken or throws refuses", arguments: [true, false])
    func broken(throwing: Bool) async {
        let schema = Self.schema { _ in
            if throwing { throw Lost() }
            return false
        }
        await #expect(throws: ValidationError(violations: [Violation(path: "name", constraint: "isKnown", message: "name must be known")]))
        {
            try await schema.check(Item(name: "a", color: .red), clock: StillClock(isFast: false))
        }
    }

    @Test("VAL-15: a timeout is a refusal, even of a rule that does not heed its cancellation")
    func late() async {
        let (gate, opener) = AsyncStream<Void>.makeStream()
        let schema = Self.schema { _ in
            await Task.detached { for await _ in gate { return } }.value
            return true
        }
        let late = Violation(path: "name", constraint: "isKnown", message: "name could not be checked in time")
        await #expect(throws: ValidationError(violations: [late])) {
            try await schema.check(Item(name: "a", color: .red), clock: StillClock(isFast: true))
        }
        opener.finish()
    }
}
