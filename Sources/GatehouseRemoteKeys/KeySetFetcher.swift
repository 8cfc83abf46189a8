#if RemoteJWKS
    import AsyncHTTPClient
    import GatehouseTokens
    package import NIOCore
    import NIOHTTP1
    import NIOSSL

    /// Gets the JWK Set that an issuer publishes (SEC-34): one GET of an https address that the policy file pins whole, with a bound on size
    /// and time, no redirect, no second attempt, no decompression, no proxy, and TLS 1.2 at least with the certificate checked for the host.
    ///
    /// A fetch comes once in minutes, so each has a client of its own and leaves no connection behind.
    package struct KeySetFetcher: Sendable {
        /// The largest set, in bytes.
        package static let maximumBytes = 256 * 1024
        /// The longest that a whole fetch may take.
        package static let longest: Duration = .seconds(5)

        private let group: any EventLoopGroup
        private let authority: String?
        private let limit: Duration

        /// - Parameters:
        ///   - authority: a PEM file of the authorities that are trusted; the system's if nil.
        ///   - limit: the longest that a whole fetch may take, from the look-up of the host's name to the last byte.
        package init(group: any EventLoopGroup, authority: String? = nil, limit: Duration = longest) {
            self.group = group
            self.authority = authority
            self.limit = limit
        }

        /// - Throws: a `TokenKeyError` for whatever is not a whole answer with status 200.
        package func fetch(_ url: String) async throws -> [UInt8] {
            guard url.hasPrefix("https://") else { throw TokenKeyError(.configuration, "keys are fetched over https only") }
            let client = HTTPClient(eventLoopGroupProvider: .shared(group), configuration: configuration)
            let result: Result<[UInt8], any Error>
            do {
                result = .success(try await bounded { [limit] in try await Self.get(url, by: client, within: limit) })
            } catch {
                result = .failure(error)
            }
            // Nothing is left to say: the connections are closed whatever this throws, and the fetch has its outcome.
            try? await client.shutdown()
            return try result.get()
        }

        private var configuration: HTTPClient.Configuration {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.minimumTLSVersion = .tlsv12
            // One answer is all there is: a peer that does not close with us is not waited for, nor read from meanwhile.
            tls.shutdownTimeout = .zero
            if let authority { tls.trustRoots = .file(authority) }
            var configuration = HTTPClient.Configuration(tlsConfiguration: tls)
            configuration.redirectConfiguration = .disallow
            configuration.timeout = .init(connect: TimeAmount(limit), read: TimeAmount(limit))
            configuration.connectionPool.retryConnectionEstablishment = false
            configuration.decompression = .disabled
            configuration.httpVersion = .http1Only
            return configuration
        }

        /// The client's own deadline ends with the head of the answer; this one holds for the last byte.
        private func bounded(_ body: @escaping @Sendable () async throws -> [UInt8]) async throws -> [UInt8] {
            try await withThrowingTaskGroup(of: [UInt8].self) { [limit] group in
                defer { group.cancelAll() }
                group.addTask { try await body() }
                group.addTask {
                    try await Task.sleep(for: limit)
                    throw TokenKeyError(.unavailable, "the issuer's keys did not come within \(limit)")
                }
                return try await group.next() ?? []
            }
        }

        private static func get(_ url: String, by client: HTTPClient, within limit: Duration) async throws -> [UInt8] {
            var request = HTTPClientRequest(url: url)
            request.headers.add(name: "accept", value: "application/jwk-set+json, application/json")
            request.headers.add(name: "user-agent", value: "gatehouse")
            do {
                let response = try await client.execute(request, timeout: TimeAmount(limit))
                guard response.status == .ok else {
                    throw TokenKeyError(.unavailable, "the issuer answered \(response.status.code) where its keys should be")
                }
                var set: [UInt8] = []
                for try await part in response.body {
                    guard set.count + part.readableBytes <= maximumBytes else {
                        throw TokenKeyError(.unavailable, "the issuer's JWK Set is larger than \(maximumBytes / 1024) KiB")
                    }
                    set += part.readableBytesView
                }
                return set
            } catch let error as TokenKeyError {
                throw error
            } catch {
                throw TokenKeyError(.unavailable, "the issuer's keys could not be fetched", cause: error)
            }
        }
    }
#endif
