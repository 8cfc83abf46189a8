#if Redis
    import NIOCore
    import Testing

    @testable import GatehouseRedis

    @Suite("Waiting for Redis")
    struct WaitingTests {
        @Test("The wait grows, is spread, is bounded, and begins anew")
        func delays() {
            var delay = ReconnectDelay(first: .milliseconds(100), longest: .seconds(1))
            var waits = (0..<6).map { _ in delay.next(random: 1) }
            waits.append(delay.next(random: 0))
            delay.reset()
            waits.append(delay.next(random: 0.5))
            for _ in 0..<200 { _ = delay.next(random: 1) }
            waits.append(delay.next(random: 9))
            #expect(waits.map { $0.nanoseconds / 1_000_000 } == [100, 200, 400, 800, 1_000, 1_000, 500, 75, 1_000])
        }

        @Test("What waits is bounded by number and bytes, keeps its order, and counts what does not fit")
        func buffer() {
            var waiting = WaitingCommands(limit: 2_000, byteLimit: 20_000)
            for index in 0..<2_500 { _ = waiting.append(RedisCommand("x", String(index))) }
            #expect(waiting.count == 2_000)
            #expect(waiting.dropped == 500)
            var left: [RedisCommand] = []
            while let command = waiting.popFirst() { left.append(command) }
            #expect(left == (0..<2_000).map { RedisCommand("x", String($0)) })
            #expect(waiting.byteCount == 0)
            let big = RedisCommand(String(repeating: "y", count: 15_000))
            let fits = [waiting.append(big), waiting.append(big)]
            #expect(fits == [true, false])
            #expect(waiting.dropped == 501)
        }
    }
#endif
