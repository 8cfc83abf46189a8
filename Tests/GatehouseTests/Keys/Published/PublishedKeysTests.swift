import GatehouseTestSupport

#if RemoteJWKS
    import Foundation
    import GatehouseAudit
    import GatehouseJSON
    import GatehousePolicy
    import GatehouseTLS
    import GatehouseTokens
    import Logging
    import NIOConcurrencyHelpers
    import NIOCore
    import NIOPosix
    import Testing

    @testable import Gatehouse

    @Suite("Keys that an issuer publishes over TLS (SEC-34)")
    struct PublishedKeysTests {
        private static let now = TestClock.start / 1_000
        private let issuer: IssuerKeys

        init() throws { issuer = try IssuerKeys("k1", "k2", "k3", "evil") }

        /// A server's keys as they are in a running one, but for the clock and the authority; and the issuer's own server.
        private struct World {
            let clock: TestClock
            let directory: TestDirectory
            let issuer: IssuerServer
            let keys: TokenKeys
            let remote: RemoteKeys
            let audit: AuditLog

            func accepts(_ token: String) -> Bool { (try? keys.tokens.verify(token, now: clock.wallMilliseconds)) != nil }

            /// What the audit log says of keys, as event, source and reason.
            func account() async throws -> [String] {
                try await audit.flush()
                return try directory.auditRecords().filter { $0["event"]?.stringValue?.hasPrefix("key.") == true }.map { record in
                    let detail = record["detail"]
                    return [record["event"], detail?["source"], detail?["reason"] ?? detail?["added"]].compactMap { $0?.stringValue }
                        .joined(separator: " ")
                }
            }
        }

        private func withWorld(_ answer: IssuerServer.Answer, _ body: (World) async throws -> Void) async throws {
            let identity = try IssuerServer.Identity(now: Int64(Date().timeIntervalSince1970))
            defer { identity.remove() }
            let directory = try TestDirectory()
            defer { directory.remove() }
            let server = try await IssuerServer(identity.context, answer)
            var auditing = AuditConfiguration(directory: directory.path("audit"), node: "test")
            auditing.reserveBytes = 0
            let audit = try AuditLog.open(auditing)
            let result: Result<Void, any Error>
            do {
                let unknownKeys = UnknownKeys()
                let keys = try TokenKeys(PolicyHolder(TokenKeysTests.bundle(url: server.url)), unknownKey: { unknownKeys.note($0) })
                let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
                let clock = TestClock()
                let remote = try #require(
                    RemoteKeys(
                        watch: KeyWatch(keys: keys, audit: audit, logger: logger), unknownKeys: unknownKeys, clock: clock.server,
                        group: MultiThreadedEventLoopGroup.singleton, authority: identity.files.authority))
                try await body(World(clock: clock, directory: directory, issuer: server, keys: keys, remote: remote, audit: audit))
                result = .success(())
            } catch { result = .failure(error) }
            try await server.stop()
            try await audit.stop()
            try result.get()
        }

        @Test("SEC-34, SEC-09: keys rotate: a new one comes in with its first token's refusal, one that is gone refuses at the next fetch")
        func rotation() async throws {
            try await withWorld(.set(try issuer.jwks("k1"))) { world in
                await world.remote.refresh()
                let (first, second) = (try issuer.token("k1", now: Self.now), try issuer.token("k2", now: Self.now))
                #expect(world.accepts(first) && !world.accepts(second))
                world.issuer.answer.withLockedValue { $0 = .set((try? issuer.jwks("k1", "k2")) ?? "") }
                world.clock.advance(.minutes(1))
                await world.remote.refresh()
                #expect(world.accepts(first) && world.accepts(second))
                #expect(world.issuer.requests.count == 2)
                world.issuer.answer.withLockedValue { $0 = .set((try? issuer.jwks("k2")) ?? "") }
                world.clock.advance(.minutes(5))
                await world.remote.refresh()
                #expect(!world.accepts(first) && world.accepts(second))
                #expect(try await world.account() == ["key.loaded corp corp/k1", "key.loaded corp corp/k2", "key.loaded corp "])
            }
        }

        @Test("SEC-34: whatever goes wrong with a fetch, good keys stay in force, and it is tried again a minute later")
        func failures() async throws {
            try await withWorld(.set(try issuer.jwks("k1"))) { world in
                await world.remote.refresh()
                let token = try issuer.token("k1", now: Self.now)
                world.clock.advance(.minutes(5))
                let others = try [issuer.jwks("k1", "k2"), issuer.jwks("evil")]
                let secret =
                    "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"k1\",\"k\":\"\(String(repeating: "A", count: 43))\",\"alg\":\"HS256\"}]}"
                let privateKey = others[0].replacingOccurrences(of: "\"kty\"", with: "\"d\":\"AAAA\",\"kty\"")
                let weak = "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"w\",\"n\":\"AQAB\",\"e\":\"AQAB\",\"alg\":\"RS256\"}]}"
                let elsewhere = try await IssuerServer(nil, .set(others[1]))
                let answers: [IssuerServer.Answer] = [
                    .status(500), .status(302, "location: \(elsewhere.url)"), .set(""), .set("<html><body>Maintenance</body></html>"),
                    .set("{}"), .set("{\"keys\":[]}"), .set("{\"keys\":{}}"), .set(String(others[0].dropLast(9))),
                    .set(others[0] + others[0]), .set("[\(others[0])]"), .set(secret), .set(privateKey), .set(weak),
                    .set(others[0] + String(repeating: " ", count: 256 * 1024)),
                    .bytes("HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n\(others[0])"),
                ]
                for (number, answer) in answers.enumerated() {
                    world.issuer.answer.withLockedValue { $0 = answer }
                    await world.remote.refresh()
                    #expect(world.issuer.requests.count == number + 2)
                    #expect(world.accepts(token), "\(answer)")
                    for kid in ["k2", "evil"] { #expect(!world.accepts(try issuer.token(kid, now: Self.now)), "\(answer)") }
                    world.clock.advance(.minutes(1))
                }
                #expect(elsewhere.connections == 0)
                try await elsewhere.stop()
                let account = try await world.account()
                #expect(account.first == "key.loaded corp corp/k1")
                #expect(Set(account.dropFirst().map { $0.split(separator: " ").prefix(2).joined(separator: " ") }) == ["key.rejected corp"])
                // It is over as soon as it is.
                world.issuer.answer.withLockedValue { $0 = .set(others[0]) }
                await world.remote.refresh()
                for kid in ["k1", "k2"] { #expect(world.accepts(try issuer.token(kid, now: Self.now))) }
                #expect(try await world.account().last == "key.loaded corp corp/k2")
            }
        }

        @Test("SEC-34, SEC-C, SEC-A: a flood of tokens that name keys and addresses brings one request a minute, to the pinned address")
        func flood() async throws {
            try await withWorld(.set(try issuer.jwks("k1"))) { world in
                let evil = try await IssuerServer(nil, .set(try issuer.jwks("evil")))
                await world.remote.refresh()
                world.clock.advance(.minutes(2))
                let good = try issuer.token("k1", now: Self.now)
                #expect(world.accepts(good))
                let parts = good.split(separator: ".").map(String.init)
                let jwk = try JSONValue(parsing: issuer.jwks("evil"))["keys"]?[0] ?? .null
                for second in 0..<180 {
                    for kid in ["evil", "k\(second)", "../../x", "https://localhost:\(evil.port)/jwks.json"] {
                        let header: JSONValue = [
                            "alg": "ES256", "typ": "at+jwt", "kid": .string(kid), "jku": .string(evil.url), "x5u": .string(evil.url),
                            "jwk": jwk, "x5c": ["MIIB"],
                        ]
                        let forged = [Base64.url.encode(Array(header.serialized.utf8)), parts[1], parts[2]].joined(separator: ".")
                        #expect(!world.accepts(forged))
                    }
                    await world.remote.refresh()
                    // The first at once, since the last one is two minutes old; then each a minute after the one before.
                    #expect(world.issuer.requests.count == 2 + second / 60)
                    world.clock.advance(.seconds(1))
                }
                #expect(evil.connections == 0 && world.issuer.requests.allSatisfy { $0.hasPrefix("GET /tenant/jwks.json?v=1 ") })
                #expect(world.accepts(good))
                try await evil.stop()
            }
        }

        @Test("SEC-34: a server whose issuer is down starts, refuses its tokens, and lets them in once it is up")
        func late() async throws {
            try await withWorld(.status(503)) { world in
                let token = try issuer.token("k1", now: Self.now)
                for _ in 0..<3 {
                    await world.remote.refresh()
                    #expect(!world.accepts(token))
                    world.clock.advance(.minutes(1))
                }
                world.issuer.answer.withLockedValue { $0 = .set((try? issuer.jwks("k1")) ?? "") }
                await world.remote.refresh()
                #expect(world.accepts(token))
                // Told once for one reason.
                #expect(try await world.account() == ["key.rejected corp unavailable", "key.loaded corp corp/k1"])
            }
        }
    }
#endif
