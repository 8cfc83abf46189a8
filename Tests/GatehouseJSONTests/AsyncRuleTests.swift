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
            Field("name", \.name), Field("color", \.color),
            asyncRules: [AsyncRule("isKnown", at: "name", "must be known", timeout: .seconds(5), answer)],
            make: Item.init
        )
    }

    @Test("VAL-15: a rule that holds lets the payload through")
    func holds() async throws {
        try await Self.schema { $0.name == "a" }.check(Item(name: "a", color: .red), clock: StillClock(isFast: false))
    }

    @Test("VAL-15: a rule that is broken refuses")
    func broken() async {
        let schema = Self.schema { _ in false }
        await #expect(throws: ValidationError(violations: [Violation(path: "name", constraint: "isKnown", message: "name must be known")]))
        {
            try await schema.check(Item(name: "a", color: .red), clock: StillClock(isFast: false))
        }
    }

    @Test("VAL-15: a rule that throws refuses, and says what it threw")
    func failing() async {
        let schema = Self.schema { _ in throw Lost() }
        let failure = await #expect(throws: AsyncRuleFailure.self) {
            try await schema.check(Item(name: "a", color: .red), clock: StillClock(isFast: false))
        }
        #expect(failure?.cause is Lost)
    }

    @Test("VAL-15: what is known to be broken is said, whatever a later rule does")
    func brokenBeforeFailing() async {
        let schema = Schema(
            Field("name", \.name), Field("color", \.color),
            asyncRules: [
                AsyncRule("isKnown", at: "name", "must be known") { _ in false }, AsyncRule("isFree", "must be free") { _ in throw Lost() },
            ], make: Item.init)
        let known = Violation(path: "name", constraint: "isKnown", message: "name must be known")
        await #expect(throws: ValidationError(violations: [known])) {
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
        let failure = await #expect(throws: AsyncRuleFailure.self) {
            try await schema.check(Item(name: "a", color: .red), clock: StillClock(isFast: true))
        }
        #expect(failure?.description == "isKnown of name had no answer in time")
        opener.finish()
    }
}
