import GatehouseAudit
import Testing

@testable import Gatehouse
@testable import GatehousePolicy

@Suite("What is kept of calls of back ends")
struct ApiTablesTests {
    private static let (orders, stock) = (
        UserID(iss: "https://b.example", subject: "orders"), UserID(iss: "https://b.example", subject: "stock")
    )
    private static let second: Int64 = 1_000_000_000

    private func limits(keys: Int = 100, own: Int = 100) -> ApiIdempotency {
        var limits = ApiIdempotency()
        (limits.keys, limits.keysPerSubject) = (keys, own)
        return limits
    }

    private func key(_ text: String, _ caller: UserID = orders) throws -> IdempotencyTable.Key {
        try IdempotencyTable.Key(text, of: caller)
    }

    private func call(_ text: String = "a") throws -> AuditHash { try AuditHash.sha256(Array(text.utf8)) }

    private func answer(_ size: Int) -> IdempotencyTable.Answer { .init(status: 200, body: [UInt8](repeating: 0x61, count: size)) }

    @Test("BCK-02: a call under a known key is not made again for 24 hours, and gets the answer of the first")
    func replay() throws {
        var table = IdempotencyTable()
        let (key, call, limits, day) = (try key("k"), try call(), limits(), 24 * 3_600 * Self.second)
        #expect(table.begin(key, call, limits, now: 0) == .new)
        #expect(table.begin(key, call, limits, now: 1) == .running)
        #expect(try table.look(key, self.call("b"), limits, now: 1) == .other)
        table.finish(key, answer(3))
        #expect(table.look(key, call, limits, now: day - 1) == .replay(answer(3)))
        #expect(try table.look(self.key("k", Self.stock), call, limits, now: 1) == .new, "another caller's key")
        #expect(table.begin(key, call, limits, now: day) == .new)
        #expect(table.count == 1 && table.keptBytes == 0)
    }

    @Test("BCK-02: issuer and subject are parted, so that two callers never have one key")
    func parted() throws {
        let (a, b) = (UserID(iss: "ab", subject: "c"), UserID(iss: "a", subject: "bc"))
        #expect(try IdempotencyTable.Key("k", of: a) != IdempotencyTable.Key("k", of: b))
    }

    @Test(
        "BCK-02: no key is forgotten before its time: where there is no room, a new one is refused, and one caller leaves room for others")
    func bounds() throws {
        var table = IdempotencyTable()
        let (call, limits) = (try call(), limits(keys: 5, own: 3))
        for name in ["1", "2", "3"] { #expect(try table.begin(key(name), call, limits, now: 0) == .new) }
        #expect(try table.begin(key("4"), call, limits, now: 0) == .full(isOwn: true))
        for name in ["1", "2"] { #expect(try table.begin(key(name, Self.stock), call, limits, now: 0) == .new) }
        #expect(try table.begin(key("3", Self.stock), call, limits, now: 0) == .full(isOwn: false))
        #expect(try table.look(key("1"), call, limits, now: 0) == .running)
        table.abandon(try key("1"))
        #expect(try table.begin(key("3", Self.stock), call, limits, now: 0) == .new)
    }

    @Test("BCK-02: answers are kept within a bound of bytes, of one caller too; beyond it the call is known and its answer is not")
    func bytes() throws {
        var table = IdempotencyTable(answerBytes: 400)
        let (call, limits) = (try call(), limits())
        for (name, size) in [("a", 60), ("b", 60), ("c", IdempotencyTable.largestAnswer + 1)] {
            #expect(try table.begin(key(name), call, limits, now: 0) == .new)
            table.finish(try key(name), answer(size))
        }
        #expect(try table.look(key("a"), call, limits, now: 0) == .replay(answer(60)))
        #expect(try table.look(key("b"), call, limits, now: 0) == .made)
        #expect(try table.look(key("c"), call, limits, now: 0) == .made)
        #expect(table.keptBytes == 60)
    }

    @Test("BCK-02: calls that begin and fail leave nothing behind")
    func abandoned() throws {
        var table = IdempotencyTable()
        for number in 0..<2_000 {
            let key = try key("\(number)")
            #expect(try table.begin(key, call(), limits(), now: 0) == .new)
            table.abandon(key)
        }
        #expect(table.count == 0 && table.orderCount <= 1_100)
        #expect(try table.begin(key("1"), call(), limits(), now: 0) == .new)
    }

    @Test("BCK-02: what is over is swept, however many keys there were")
    func swept() throws {
        var table = IdempotencyTable()
        var limits = limits(keys: 10_000, own: 10_000)
        limits.window = 10
        for number in 0..<5_000 { #expect(try table.begin(key("\(number)"), call(), limits, now: Int64(number)) == .new) }
        #expect(table.count <= 11 && table.orderCount <= 2_100)
    }

    @Test("BCK-02: a rate of a subject charges that subject, and one of an issuer all of them")
    func rates() {
        var rates = ApiRates()
        let each = ApiRate(subject: RateLimit(count: 1, burst: 2), issuer: nil)
        #expect(rates.take(each, of: "r", for: Self.orders, now: 0) == nil && rates.take(each, of: "r", for: Self.orders, now: 0) == nil)
        #expect(rates.take(each, of: "r", for: Self.orders, now: 0) == Self.second)
        #expect(rates.take(each, of: "r", for: Self.stock, now: 0) == nil && rates.take(each, of: "s", for: Self.orders, now: 0) == nil)
        #expect(rates.take(each, of: "r", for: Self.orders, now: Self.second) == nil)
        let all = ApiRate(subject: RateLimit(count: 1, burst: 5), issuer: RateLimit(count: 1, burst: 1))
        #expect(rates.take(all, of: "t", for: Self.orders, now: 0) == nil)
        #expect(rates.take(all, of: "t", for: Self.stock, now: 0) == Self.second)
    }

    @Test("BCK-02: a refused call takes nothing of the other rate")
    func untouched() {
        var rates = ApiRates()
        let rate = ApiRate(subject: RateLimit(count: 1, burst: 1), issuer: RateLimit(count: 1, burst: 2))
        #expect(rates.take(rate, of: "r", for: Self.orders, now: 0) == nil)
        for _ in 0..<5 { #expect(rates.take(rate, of: "r", for: Self.orders, now: 0) != nil) }
        #expect(rates.take(rate, of: "r", for: Self.stock, now: 0) == nil)
    }

    @Test("BCK-02: the calls that are being answered are bounded, and those of one caller more so")
    func flight() {
        var flight = CallsInFlight(limit: 3, share: 2)
        #expect(flight.begin(Self.orders) && flight.begin(Self.orders) && !flight.begin(Self.orders))
        #expect(flight.begin(Self.stock) && !flight.begin(Self.stock))
        flight.end(Self.orders)
        #expect(flight.begin(Self.stock) && flight.total == 3)
        for caller in [Self.orders, Self.stock, Self.stock, Self.stock] { flight.end(caller) }
        #expect(flight.total == 0)
    }
}
