#if RemoteJWKS
    import Foundation
    import GatehouseRemoteKeys
    import GatehouseTLS
    import GatehouseTokens
    import NIOCore
    import NIOPosix
    import Testing

    @Suite("One fetch of what an issuer publishes (SEC-34)")
    struct KeySetFetcherTests {
        private static var now: Int64 { Int64(Date().timeIntervalSince1970) }

        private static func withServer(
            _ answer: IssuerServer.Answer, hosts: [String] = ["localhost", "127.0.0.1"], madeAt: Int64 = now, speaksTLS: Bool = true,
            _ body: (IssuerServer, IssuerServer.Identity) async throws -> Void
        ) async throws {
            let identity = try IssuerServer.Identity(hosts: hosts, now: madeAt)
            defer { identity.remove() }
            let server = try await IssuerServer(speaksTLS ? identity.context : nil, answer)
            do { try await body(server, identity) } catch {
                try await server.stop()
                throw error
            }
            try await server.stop()
        }

        private func fetcher(_ authority: String?, limit: Duration = KeySetFetcher.longest) -> KeySetFetcher {
            KeySetFetcher(group: MultiThreadedEventLoopGroup.singleton, authority: authority, limit: limit)
        }

        /// Why nothing was fetched; nil if something was.
        private func refusal(_ fetcher: KeySetFetcher, _ url: String) async -> TokenKeyError? {
            do {
                _ = try await fetcher.fetch(url)
                return nil
            } catch let error as TokenKeyError { return error } catch {
                Issue.record("an error of another kind: \(error)")
                return nil
            }
        }

        @Test("SEC-34: it is one GET of the whole pinned address, and says nothing of us")
        func request() async throws {
            try await Self.withServer(.set("{}")) { server, identity in
                let fetched = try await fetcher(identity.files.authority).fetch(server.url)
                #expect(fetched == Array("{}".utf8))
                #expect(server.connections == 1)
                let lines = server.requests.joined().split(separator: "\r\n").map { $0.lowercased() }
                #expect(lines.first == "get /tenant/jwks.json?v=1 http/1.1")
                let names = lines.dropFirst().compactMap { $0.split(separator: ":").first }
                #expect(Set(names) == ["host", "accept", "user-agent"] || Set(names) == ["host", "accept", "user-agent", "connection"])
                #expect(lines.contains("host: localhost:\(server.port)") && lines.contains("user-agent: gatehouse"))
            }
        }

        @Test("SEC-34: 256 KiB are fetched, and one byte more is refused, whether the length is told or not", arguments: [false, true])
        func size(isChunked: Bool) async throws {
            for (count, isTaken) in [(KeySetFetcher.maximumBytes, true), (KeySetFetcher.maximumBytes + 1, false)] {
                let text = String(repeating: " ", count: count)
                let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n\(String(count, radix: 16))\r\n\(text)\r\n0\r\n\r\n"
                try await Self.withServer(isChunked ? .bytes(chunked) : .set(text)) { server, identity in
                    let error = await refusal(fetcher(identity.files.authority), server.url)
                    #expect(error?.code == (isTaken ? nil : .unavailable))
                    #expect(isTaken || error?.message.contains("256 KiB") == true)
                }
            }
        }

        @Test(
            "SEC-34: an answer without end is left after a few MiB at most, be it head or body",
            arguments: [
                .endless(head: "HTTP/1.1 200 OK\r\ncontent-length: 9999999999\r\n\r\n", part: String(repeating: " ", count: 65_536)),
                .endless(
                    head: "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
                    part: "10000\r\n" + String(repeating: " ", count: 65_536) + "\r\n"),
                .endless(head: "HTTP/1.1 200 OK\r\n", part: "x: " + String(repeating: "y", count: 16_384) + "\r\n"),
                .endless(head: "HTTP/1.1 200 OK\r\nx: ", part: String(repeating: "y", count: 65_536)),
                .endless(head: "", part: String(repeating: "y", count: 65_536)),
            ] as [IssuerServer.Answer])
        func endless(answer: IssuerServer.Answer) async throws {
            try await Self.withServer(answer) { server, identity in
                let begin = ContinuousClock.now
                #expect(await refusal(fetcher(identity.files.authority), server.url)?.code == .unavailable)
                #expect(ContinuousClock.now - begin < .seconds(3), "a peer that does not close is not waited for")
                // What is read, and what both sockets hold.
                #expect(server.bytesSent < 24 << 20, "\(server.bytesSent)")
            }
        }

        @Test(
            "SEC-34: an issuer that is slow in any phase is left when the time is up",
            arguments: [
                (.nothing, true), (.nothing, false),
                (.dribble(String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 99), pause: .milliseconds(5)), true),
                (.dribble("HTTP/1.1 200 OK\r\n" + String(repeating: "x: y\r\n", count: 99), pause: .milliseconds(5)), true),
                (
                    .dribble(
                        "HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n" + String(repeating: " ", count: 999), pause: .milliseconds(5)),
                    true
                ),
            ] as [(IssuerServer.Answer, Bool)])
        func slow(answer: IssuerServer.Answer, speaksTLS: Bool) async throws {
            try await Self.withServer(answer, speaksTLS: speaksTLS) { server, identity in
                let begin = ContinuousClock.now
                #expect(await refusal(fetcher(identity.files.authority, limit: .milliseconds(400)), server.url)?.code == .unavailable)
                let taken = ContinuousClock.now - begin
                #expect(taken >= .milliseconds(350) && taken < .seconds(4), "\(taken)")
            }
            #expect(KeySetFetcher.longest == .seconds(5))
        }

        @Test("SEC-34: no redirect is followed, wherever it points", arguments: [301, 302, 303, 307, 308])
        func redirects(status: Int) async throws {
            try await Self.withServer(.set("{}")) { elsewhere, _ in
                for target in [elsewhere.url, "/elsewhere", "//localhost:\(elsewhere.port)/", "file:///etc/passwd"] {
                    try await Self.withServer(.status(status, "location: \(target)")) { server, identity in
                        let error = await refusal(fetcher(identity.files.authority), server.url)
                        #expect(error?.code == .unavailable && error?.message.contains("\(status)") == true)
                        #expect(server.connections == 1 && server.requests.count == 1)
                    }
                }
                #expect(elsewhere.connections == 0)
            }
        }

        @Test(
            "SEC-34: only a whole answer of status 200 is taken",
            arguments: [
                .status(201), .status(204), .status(206), .status(304), .status(400), .status(401), .status(404), .status(429),
                .status(500),
                .status(503), .bytes(""), .bytes("{\"keys\":[]}"), .bytes("HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n{\"keys\":[]}"),
                .bytes("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nb\r\n{\"keys\":[]}\r\n"),
                .bytes("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}"), .bytes("SSH-2.0-OpenSSH_9.2\r\n"),
                .bytes("HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 11\r\n\r\n{\"keys\":[]}"),
                .bytes("HTTP/1.1 200 OK\r\ncontent-length: -2\r\n\r\n{}"), .bytes("HTTP/1.1 2000 OK\r\ncontent-length: 2\r\n\r\n{}"),
            ] as [IssuerServer.Answer])
        func notWhole(answer: IssuerServer.Answer) async throws {
            try await Self.withServer(answer) { server, identity in
                #expect(await refusal(fetcher(identity.files.authority), server.url)?.code == .unavailable)
                // One request and one connection: nothing is tried again at once.
                #expect(server.connections == 1 && server.requests.count == 1)
            }
        }

        @Test("SEC-36: nothing is inflated: a compressed answer is bytes like others")
        func compressed() async throws {
            let answer = IssuerServer.Answer.bytes("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\n\u{1F}\u{0B}AB")
            try await Self.withServer(answer) { server, identity in
                let fetched = try await fetcher(identity.files.authority).fetch(server.url)
                #expect(fetched == [0x1F, 0x0B, 0x41, 0x42])
            }
        }

        enum Bad: CaseIterable { case otherAuthority, systemAuthorities, otherHost, addressNotNamed, expired, notYetValid, noTLS }

        @Test("SEC-34: an issuer whose certificate does not hold is asked nothing", arguments: Bad.allCases)
        func certificate(_ bad: Bad) async throws {
            let hosts = [Bad.otherHost: ["idp.example"], .addressNotNamed: ["localhost"]][bad] ?? ["localhost", "127.0.0.1"]
            let day: Int64 = 86_400
            let madeAt = [Bad.expired: Self.now - 400 * day, .notYetValid: Self.now + 2 * day][bad] ?? Self.now
            let other = try IssuerServer.Identity(now: Self.now)
            defer { other.remove() }
            try await Self.withServer(.set("{}"), hosts: hosts, madeAt: madeAt, speaksTLS: bad != .noTLS) { server, identity in
                let authority: String? =
                    switch bad {
                    case .otherAuthority: other.files.authority
                    case .systemAuthorities: nil
                    default: identity.files.authority
                    }
                let url = bad == .addressNotNamed ? "https://127.0.0.1:\(server.port)/" : server.url
                #expect(await refusal(fetcher(authority, limit: .seconds(1)), url)?.code == .unavailable)
                #expect(server.requests.isEmpty && server.connections == 1)
            }
        }

        @Test("SEC-34: an address whose certificate names it is as good as a name")
        func address() async throws {
            try await Self.withServer(.set("{}")) { server, identity in
                let fetched = try await fetcher(identity.files.authority).fetch("https://127.0.0.1:\(server.port)/jwks")
                #expect(fetched == Array("{}".utf8))
            }
        }

        @Test("SEC-34: nothing but https is asked", arguments: ["http", "HTTPS", "ftp", "file", "unix", "http+unix", "https+unix"])
        func scheme(name: String) async throws {
            try await Self.withServer(.set("{}"), speaksTLS: false) { server, identity in
                let error = await refusal(fetcher(identity.files.authority), "\(name)://localhost:\(server.port)/jwks")
                #expect(error?.code == .configuration && server.connections == 0)
            }
        }

        @Test("SEC-34: an issuer that cannot be reached is told as such")
        func unreachable() async throws {
            let port = try await {
                let server = try await IssuerServer(nil, .nothing)
                try await server.stop()
                return server.port
            }()
            #expect(await refusal(fetcher(nil), "https://localhost:\(port)/")?.code == .unavailable)
        }
    }
#endif
