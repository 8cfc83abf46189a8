import GatehouseJSON
import GatehouseTesting
import UnixSignals

/// The live feed of a server.
extension AdminConnection {
    /// Subscribes, and hands over every item, until SIGINT or SIGTERM.
    /// - Throws: ``CommandFailure`` when the server ends the subscription or the session.
    func follow(
        _ payload: JSONObject, _ body: @escaping @Sendable (_ topic: String, _ item: JSONValue) throws -> Void
    ) async throws(CommandFailure) {
        do {
            let client = try await SocketIOClient.connect(url, options: .init(authorityPath: authority, identity: identity))
            let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
            do {
                try await client.join(Self.namespace, auth: ["token": .string(token)])
                let answer = try await client.emitWithAck("feed.subscribe", [.object(payload)], in: Self.namespace)
                let topics = try Self.accepted(answer.first ?? .null)["topics"]?.arrayValue?.compactMap(\.stringValue) ?? []
                var works: [@Sendable () async throws -> Void] = topics.map { topic in
                    { @Sendable in try await Self.read(topic, from: client, body) }
                }
                works.append { @Sendable in for await _ in signals { return } }
                works.append { @Sendable in try await Self.end(of: client) }
                try await Self.first(of: works) { try? await client.close() }
            } catch {
                // Report the first error; a failure to close the connection adds nothing.
                try? await client.close()
                throw error
            }
        } catch {
            throw failure(error)
        }
    }

    /// Runs until the first of some works has ended, and then `finally`, which ends the others.
    private static func first(
        of works: [@Sendable () async throws -> Void], finally: @escaping @Sendable () async -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for work in works { group.addTask { try await work() } }
            let result: Result<Void, any Error>
            do { result = .success(try await group.next() ?? ()) } catch { result = .failure(error) }
            group.cancelAll()
            await finally()
            while let rest = await group.nextResult() { _ = rest }
            try result.get()
        }
    }

    private static func read(
        _ topic: String, from client: SocketIOClient, _ body: @Sendable (_ topic: String, _ item: JSONValue) throws -> Void
    ) async throws {
        while !Task.isCancelled {
            do {
                let batch = try await client.event("feed." + topic, in: namespace, within: .seconds(3_600)).first
                for item in batch?["items"]?.arrayValue ?? [] { try body(topic, item) }
            } catch let error as SocketIOClientError where error.code == .timeout {
                // A quiet server.
                continue
            }
        }
    }

    /// Waits until the server takes the right away, or closes the session.
    private static func end(of client: SocketIOClient) async throws {
        while !Task.isCancelled {
            do {
                let told = try await client.event("exception", in: namespace, within: .seconds(3_600)).first ?? .null
                throw CommandFailure(.refused, "the server has ended the feed: \(told["message"]?.stringValue ?? told.serialized)")
            } catch let error as SocketIOClientError where error.code == .timeout {
                continue
            }
        }
    }
}
