import GatehouseNetwork
import GatehousePolicy
import GatehouseTestSupport
import Testing

@Suite("Rate limits (POL-12, POL-21)") struct LimitTests {
    private static let second: Int64 = 1_000_000_000

    @Test("POL-12: a bucket gives its burst, then its rate")
    func bucket() {
        let limit = RateLimit(count: 10, burst: 4)
        var bucket = TokenBucket()
        for _ in 0..<4 { #expect(bucket.take(limit: limit, now: 0) == true) }
        #expect(bucket.take(limit: limit, now: 0) == false)
        #expect(bucket.wait(limit: limit, now: 0) == Self.second / 10)
        #expect(bucket.take(limit: limit, now: Self.second / 10 - 1) == false)
        #expect(bucket.take(limit: limit, now: Self.second / 10) == true)
        #expect(bucket.take(limit: limit, now: Self.second / 10) == false)
        for _ in 0..<4 { #expect(bucket.take(limit: limit, now: 100 * Self.second) == true) }
        #expect(bucket.take(limit: limit, now: 100 * Self.second) == false)
    }

    @Test("a cost over the burst is never there, and a clock that goes back gains nothing")
    func extremes() {
        let limit = RateLimit(count: 10, burst: 4)
        var bucket = TokenBucket()
        #expect(bucket.take(5, limit: limit, now: 0) == false)
        #expect(bucket.take(4, limit: limit, now: 1_000) == true)
        #expect(bucket.take(limit: limit, now: -Self.second) == false)
        for now in [Int64.max, .min, 0] {
            for cost in [Int64.max, 0, -1] {
                var other = TokenBucket()
                _ = other.take(cost, limit: RateLimit(count: 1, period: 3_600 * Self.second, burst: 1 << 40), now: now)
                other.charge(.max, limit: limit, now: now)
            }
        }
    }

    @Test(
        "A burst that takes longer to flow in than a clock can say gives what it holds, and ends nothing",
        arguments: ["1/s burst 10000000000", "1/h burst 1099511627776", "7/m burst 1099511627776"])
    func longSpans(_ text: String) throws {
        let limit = try #require(RateLimit(parsing: text))
        var bucket = TokenBucket()
        for _ in 0..<1_000 { #expect(bucket.take(limit: limit, now: 0) == true) }
    }

    @Test("POL-12: a charge for what has happened empties the bucket but digs no hole")
    func charge() {
        let limit = RateLimit(count: 10, burst: 4)
        var bucket = TokenBucket()
        for _ in 0..<100 { bucket.charge(limit: limit, now: 0) }
        #expect(bucket.take(limit: limit, now: Self.second / 10 - 1) == false)
        #expect(bucket.take(limit: limit, now: Self.second / 10) == true)
    }

    @Test(
        "POL-21: rates",
        arguments: [
            ("10/s burst 40", RateLimit(count: 10, burst: 40)), ("10/s", RateLimit(count: 10, burst: 10)),
            ("1/m burst 2", RateLimit(count: 1, period: 60_000_000_000, burst: 2)),
            ("5/h", RateLimit(count: 5, period: 3_600_000_000_000, burst: 5)),
            ("10", nil), ("10/d", nil), ("0/s", nil), ("-1/s", nil), ("10 /s", nil), ("10/s  burst 4", nil), ("10/s burst", nil),
            ("10/s burst 0", nil),
            ("1e3/s", nil), ("01/s", nil), ("10/s burst 4 x", nil), ("", nil), ("٣/s", nil), ("99999999999999999999/s", nil),
        ] as [(String, RateLimit?)])
    func rates(text: String, limit: RateLimit?) {
        #expect(RateLimit(parsing: text) == limit)
        if let limit { #expect(RateLimit(parsing: limit.description) == limit) }
    }

    @Test("POL-21: rates in bytes")
    func byteRates() {
        #expect(RateLimit(parsing: "64KiB/s burst 256KiB", bytes: true) == RateLimit(count: 65_536, burst: 262_144, isBytes: true))
        #expect(RateLimit(parsing: "64/s", bytes: true) == nil)
        #expect(RateLimit(parsing: "64KiB/s") == nil)
    }

    @Test(
        "POL-21: sizes and spans",
        arguments: [
            ("512B", 512, nil), ("64KiB", 65_536, nil), ("2MiB", 2_097_152, nil), ("1GiB", 1 << 30, nil), ("64", nil, nil),
            ("64kB", nil, nil), ("64 KiB", nil, nil),
            ("-1B", nil, nil), ("250ms", nil, 250_000_000), ("30s", nil, 30_000_000_000), ("15m", nil, 900_000_000_000),
            ("12h", nil, 43_200_000_000_000),
            ("28d", nil, 2_419_200_000_000_000), ("367d", nil, nil), ("1.5h", nil, nil), ("s", nil, nil), ("9999999TiB", nil, nil),
        ] as [(String, Int64?, Int64?)])
    func units(text: String, bytes: Int64?, span: Int64?) {
        #expect(ByteCount.parse(text) == bytes)
        #expect(TimeSpan.parse(text) == span)
        if let bytes { #expect(ByteCount.text(bytes) == text) }
        if let span { #expect(TimeSpan.text(span) == text) }
    }

    @Test("SEC-42: in a full table a newcomer has a full bucket, and whoever owes most keeps his place")
    func eviction() {
        let limit = RateLimit(count: 1, burst: 5)
        var limiter = AddressRateLimiter(limit: limit, capacity: 8)
        let debtors = (UInt32(0)..<8).map { AddressKey(IPAddress(v4: $0)) }
        for (count, key) in debtors.enumerated() {
            for _ in 0...min(count, 4) { #expect(limiter.take(key, now: 0) == true) }
        }
        let newcomer = AddressKey(IPAddress(v4: 99))
        #expect(limiter.wait(for: newcomer, cost: 5, now: 0) == 0)
        #expect(limiter.take(newcomer, cost: 5, now: 0) == true)
        // The one who owed least made room, and owes nothing now.
        #expect(limiter.wait(for: debtors[0], cost: 5, now: 0) == 0)
        for key in debtors[4...] { #expect(!limiter.has(key, now: 0)) }
    }

    /// Addresses are drawn from few, so that they meet in sets again and again.
    @Test("SEC-42: no address ever owes more than what it did itself, however full the table is", arguments: 1...8 as ClosedRange<UInt64>)
    func nobodyPaysForOthers(seed: UInt64) {
        let limit = RateLimit(count: 1, burst: 5)
        var random = SeededRandom(seed: seed)
        var limiter = AddressRateLimiter(limit: limit, capacity: 16)
        var own: [AddressKey: TokenBucket] = [:]
        var now: Int64 = 0
        for _ in 0..<20_000 {
            now += Int64.random(in: 0...(Self.second / 4), using: &random)
            let key = AddressKey(IPAddress(v4: UInt32.random(in: 0..<64, using: &random)))
            var alone = own[key] ?? TokenBucket()
            #expect(limiter.wait(for: key, now: now) <= alone.wait(limit: limit, now: now))
            if Bool.random(using: &random) {
                limiter.charge(key, now: now)
                alone.charge(limit: limit, now: now)
            } else if limiter.take(key, now: now) {
                alone.charge(limit: limit, now: now)
            }
            own[key] = alone
        }
        #expect(limiter.capacity == 16)
    }

    @Test("keys do not share a bucket while there is room, and a repaid place is free again")
    func separation() {
        var limiter = AddressRateLimiter(limit: RateLimit(count: 1, burst: 2), capacity: 4_096)
        for key in (UInt32(0)..<64).map({ AddressKey(IPAddress(v4: $0)) }) {
            #expect(limiter.take(key, cost: 2, now: 0) == true)
            #expect(limiter.has(key, now: 0) == false)
            #expect(limiter.wait(for: key, now: 0) == Self.second)
        }
        for key in UInt32(10_000)..<20_000 {
            #expect(limiter.take(AddressKey(IPAddress(v4: key)), cost: 1, now: 10 * Self.second &+ Int64(key) * Self.second) == true)
        }
    }
}
