import Gatehouse
import GatehouseNetwork
import GatehousePolicy

/// What a rate limit costs: a bucket alone, and one of the buckets that are kept by address, of so many addresses that take turns (POL-12).
/// The latter's memory does not grow with the addresses: it is told beside the time.
struct LimiterBench {
    /// As many as `AddressLimits` tells apart.
    private static let capacity = 16_384
    private static let limit = RateLimit(count: 1_000_000_000, burst: 1_000_000_000)

    let round: BestRound

    func bucket() throws {
        var bucket = TokenBucket()
        var now: Int64 = 0
        var refused = 0
        let nanoseconds = round.nanoseconds {
            now &+= 1
            if !bucket.take(limit: Self.limit, now: now) { refused += 1 }
        }
        guard refused == 0 else { throw BenchError(message: "the benchmark's bucket ran dry") }
        print("{\"benchmark\":\"token bucket, take\",\"ns\":\(Self.text(nanoseconds))}")
    }

    func keyed(addresses: UInt32) throws {
        let before = try residentBytes()
        var limiter = AddressRateLimiter(limit: Self.limit, capacity: Self.capacity)
        var now: Int64 = 0
        var (next, refused) = (UInt32(0), 0)
        let nanoseconds = round.nanoseconds {
            now &+= 1
            next = next &+ 1 < addresses ? next &+ 1 : 0
            if !limiter.take(AddressKey(IPAddress(v4: 0x0A00_0000 &+ next)), now: now) { refused += 1 }
        }
        let growth = try residentBytes() - before
        guard refused == 0 else { throw BenchError(message: "the benchmark's buckets ran dry") }
        print(
            "{\"benchmark\":\"address limiter, take, \(addresses) addresses\",\"ns\":\(Self.text(nanoseconds)),"
                + "\"table_bytes\":\(limiter.tableBytes),\"rss_growth\":\(growth)}")
    }

    /// One digit after the point.
    private static func text(_ nanoseconds: Double) -> String { "\((nanoseconds * 10).rounded() / 10)" }

    private func residentBytes() throws -> Int {
        guard let usage = ProcessUsage.now else { throw BenchError(message: "this system does not say what memory a process has") }
        return usage.residentBytes
    }
}
