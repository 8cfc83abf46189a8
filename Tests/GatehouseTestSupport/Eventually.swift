package import NIOCore

/// What a test waited for did not come in time.
package struct WaitedTooLong: Error, CustomStringConvertible {
    package let description: String

    package init(_ what: String, _ limit: TimeAmount) {
        description = "\(what) did not come within \(limit.nanoseconds / 1_000_000_000) s"
    }
}

/// How long a test waits for what should come at once.
package let patience: TimeAmount = .seconds(Int64(10 * Sanitizer.slowness))

/// Asks until it is so. The event loops go on meanwhile; there is no sleep.
/// - Throws: ``WaitedTooLong`` after the limit, so that a test fails instead of hanging.
package func eventually(
    _ what: @autoclosure () -> String = "the condition", within limit: TimeAmount = patience, _ condition: () async throws -> Bool
) async throws {
    let end = NIODeadline.now() + limit
    while try await !condition() {
        guard NIODeadline.now() < end else { throw WaitedTooLong(what(), limit) }
        await Task.yield()
    }
}

extension AsyncStream where Element: Sendable {
    /// The next element, for a stream that one test reads.
    /// - Throws: ``WaitedTooLong`` after the limit, or when the stream ends without one.
    @discardableResult
    package func next(within limit: TimeAmount = patience) async throws -> Element {
        let element = try await withThrowingTaskGroup(of: Element?.self) { group in
            group.addTask {
                for await element in self { return element }
                return nil
            }
            group.addTask {
                try await Task.sleep(for: .nanoseconds(limit.nanoseconds))
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        guard let element else { throw WaitedTooLong("the next element", limit) }
        return element
    }
}

extension EventLoopFuture where Value: Sendable {
    /// The future's value.
    /// - Throws: ``WaitedTooLong`` after the limit.
    package func get(within limit: TimeAmount) async throws -> Value {
        let promise = eventLoop.makePromise(of: Value.self)
        let timeout = eventLoop.scheduleTask(in: limit) { promise.fail(WaitedTooLong("the result", limit)) }
        whenComplete { result in
            timeout.cancel()
            promise.completeWith(result)
        }
        return try await promise.futureResult.get()
    }
}
