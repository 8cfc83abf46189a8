import GatehouseJSON
import GatehouseTestSupport
import GatehouseTokens
import NIOConcurrencyHelpers
import NIOCore
import Testing

@testable import Gatehouse
@testable import GatehousePolicy

@Suite("Keys that issuers publish (SEC-34)")
struct RemoteKeysTests {
    private static let url = "https://idp.example/jwks"
    private static let now = TestClock.start / 1_000

    /// An issuer's side, a clock, and what the server was told.
    private final class World: Sendable {
        let clock = TestClock()
        let unknownKeys = UnknownKeys()
        let keys: TokenKeys
        let answer: NIOLockedValueBox<Result<String, TokenKeyError>>
        let asked = NIOLockedValueBox<[String]>([])
        let complaints = NIOLockedValueBox<[String]>([])
        private let made = NIOLockedValueBox<RemoteKeys?>(nil)

        init(_ answer: Result<String, TokenKeyError>) throws {
            let unknownKeys = unknownKeys
            keys = try TokenKeys(PolicyHolder(TokenKeysTests.bundle(url: url)), unknownKey: { unknownKeys.note($0) })
            self.answer = NIOLockedValueBox(answer)
        }

        var remote: RemoteKeys {
            made.withLockedValue { made in
                if let made { return made }
                let (keys, answer, asked, complaints) = (keys, answer, asked, complaints)
                let new = RemoteKeys(
                    keys: keys, unknownKeys: unknownKeys, now: clock.server.now,
                    fetch: { url in
                        asked.withLockedValue { $0.append(url) }
                        return Array(try answer.withLockedValue { $0 }.get().utf8)
                    },
                    publish: { _ = try keys.publish($0, at: $1) },
                    reject: { address, error in complaints.withLockedValue { $0.append("\(address.issuer) \(error)") } })
                made = new
                return new
            }
        }

        var fetches: Int { asked.withLockedValue { $0.count } }

        /// A client shows a token: whether it gets in.
        func accepts(_ token: String) -> Bool { (try? keys.tokens.current.verify(token, now: Double(RemoteKeysTests.now))) != nil }
    }

    @Test("SEC-34: the pinned address is asked, whole, at the first look, and then every five minutes")
    func schedule() async throws {
        let issuer = try IssuerKeys("k1")
        let world = try World(.success(try issuer.jwks("k1")))
        await world.remote.refresh()
        #expect(world.asked.withLockedValue { $0 } == [Self.url])
        #expect(world.accepts(try issuer.token("k1", now: Self.now)))
        for _ in 0..<299 {
            world.clock.advance(.seconds(1))
            await world.remote.refresh()
        }
        #expect(world.fetches == 1)
        world.clock.advance(.seconds(1))
        await world.remote.refresh()
        #expect(world.fetches == 2)
    }

    @Test("SEC-34: an unknown kid is refused at once, and brings one fetch forward, at most one a minute whatever is shown")
    func unknownKid() async throws {
        let issuer = try IssuerKeys("k1", "k2", "k3")
        let world = try World(.success(try issuer.jwks("k1")))
        await world.remote.refresh()
        world.clock.advance(.minutes(2))
        world.answer.withLockedValue { $0 = .success((try? issuer.jwks("k1", "k2")) ?? "") }
        #expect(!world.accepts(try issuer.token("k2", now: Self.now)))
        #expect(world.fetches == 1)
        await world.remote.refresh()
        #expect(world.fetches == 2)
        #expect(world.accepts(try issuer.token("k2", now: Self.now)))
        // A flood of tokens of a key that does not exist.
        for second in 1...120 {
            #expect(!world.accepts(try issuer.token("k3", now: Self.now)))
            world.clock.advance(.seconds(1))
            await world.remote.refresh()
            #expect(world.fetches == 2 + second / 60)
        }
    }

    @Test("SEC-34, SEC-C: neither a token of no issuer, nor one of a known key, nor the addresses a token names cause a fetch")
    func noCause() async throws {
        let issuer = try IssuerKeys("k1", "k2")
        let world = try World(.success(try issuer.jwks("k1")))
        await world.remote.refresh()
        world.clock.advance(.minutes(2))
        let good = try issuer.token("k1", now: Self.now)
        #expect(world.accepts(good))
        let parts = good.split(separator: ".")
        let forged = "\(parts[0]).\(parts[1])." + String(repeating: "A", count: 86)
        let header = Base64.url.encode(Array(#"{"alg":"ES256","typ":"at+jwt","jku":"https://evil.example/jwks"}"#.utf8))
        let elsewhere = Base64.url.encode(Array(#"{"iss":"https://evil.example"}"#.utf8))
        for token in [forged, "\(header).\(parts[1]).\(parts[2])", "\(parts[0]).\(elsewhere).\(parts[2])", "no", ""] {
            #expect(!world.accepts(token))
        }
        await world.remote.refresh()
        #expect(world.fetches == 1)
    }

    @Test("SEC-34: a fetch that fails keeps the keys, is told once for each reason, and is tried again a minute later")
    func failure() async throws {
        let issuer = try IssuerKeys("k1")
        let token = try issuer.token("k1", now: Self.now)
        let world = try World(.failure(TokenKeyError(.unavailable, "down")))
        await world.remote.refresh()
        #expect(!world.accepts(token))
        world.answer.withLockedValue { $0 = .success((try? issuer.jwks("k1")) ?? "") }
        world.clock.advance(.minutes(1))
        await world.remote.refresh()
        #expect(world.accepts(token))
        world.clock.advance(.minutes(5))
        for answer in ["<html>", "{\"keys\":[]}"] {
            world.answer.withLockedValue { $0 = .success(answer) }
            for _ in 0..<3 {
                await world.remote.refresh()
                world.clock.advance(.minutes(1))
            }
        }
        #expect(world.accepts(token) && world.fetches == 8)
        let complaints = world.complaints.withLockedValue { $0 }
        #expect(complaints.count == 3 && complaints.allSatisfy { $0.hasPrefix("corp ") })
    }

    @Test("SEC-34: of one issuer there is one fetch at a time, however long it takes")
    func singleFlight() {
        let start = NIODeadline.uptimeNanoseconds(0)
        var schedule = RefreshSchedule(now: start)
        func begins(at minutes: Int64) -> Bool { schedule.begin(now: start + .minutes(minutes)) }
        #expect(begins(at: 0))
        schedule.hasten(now: start + .minutes(10))
        #expect(!begins(at: 10))
        schedule.end(succeeded: true, now: start + .minutes(11))
        #expect(!begins(at: 11))
        schedule.hasten(now: start + .minutes(11))
        #expect(begins(at: 11))
    }
}
