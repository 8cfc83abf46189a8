/// A rule that has to wait, such as one that asks a store. Such rules run last, when a payload keeps all others, one after the other.
public struct AsyncRule<Value: Sendable>: Sendable {
    private let key: String
    private let path: String
    private let predicate: String
    private let timeout: Duration
    private let holds: @Sendable (Value) async throws -> Bool

    /// A rule.
    /// - Parameters:
    ///   - key: the name that clients switch on; keep it for good.
    ///   - path: the field to blame; the whole DTO if left out.
    ///   - predicate: what is appended to the path: `"must be a known room"`.
    ///   - timeout: how long the answer may take; a late one is a refusal.
    ///   - holds: whether a DTO keeps the rule; a thrown error is a refusal.
    public init(
        _ key: String, at path: String? = nil, _ predicate: String, timeout: Duration = .seconds(1),
        _ holds: @escaping @Sendable (Value) async throws -> Bool
    ) {
        self.key = key
        self.path = path ?? "$"
        self.predicate = predicate
        self.timeout = timeout
        self.holds = holds
    }

    private enum Answer: Sendable {
        case holds, broken, late
    }

    /// Asks the rule; gives the violation, if there is one. When the time is up the question is cancelled and not waited for.
    package func violation(_ value: Value, clock: some Clock<Duration>) async -> Violation? {
        // Not a task group, which would wait for a question that does not heed its cancellation.
        let (answers, continuation) = AsyncStream.makeStream(of: Answer.self, bufferingPolicy: .bufferingOldest(1))
        let question = Task { continuation.yield((try? await holds(value)) == true ? .holds : .broken) }
        let alarm = Task {
            try? await clock.sleep(for: timeout)
            continuation.yield(.late)
        }
        defer {
            question.cancel()
            alarm.cancel()
        }
        var iterator = answers.makeAsyncIterator()
        // A caller that is cancelled gets no answer, which is a refusal too.
        let answer = await iterator.next() ?? .late
        switch answer {
        case .holds: return nil
        case .broken: return Violation(path: path, constraint: key, message: "\(path) \(predicate)")
        case .late: return Violation(path: path, constraint: key, message: "\(path) could not be checked in time")
        }
    }
}

extension Schema {
    /// Runs the rules that have to wait, in their order. To be awaited after decoding; returns at once for a schema without such rules.
    /// - Throws: `ValidationError` with the rules that are broken or late.
    package func check(_ value: Value, clock: some Clock<Duration>) async throws(ValidationError) {
        var violations: [Violation] = []
        for rule in asyncRules {
            guard let violation = await rule.violation(value, clock: clock) else { continue }
            violations.append(violation)
            if core.stopsAtFirst { break }
        }
        guard violations.isEmpty else { throw ValidationError(violations: Array(violations.prefix(Reading.cap))) }
    }

    /// Whether there are rules that have to wait.
    package var hasAsyncRules: Bool { !asyncRules.isEmpty }
}
