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
    ///   - path: the field to blame; the whole payload if left out.
    ///   - predicate: what is appended to the path: `"must be a known room"`.
    ///   - timeout: how long the answer may take.
    ///   - holds: whether a payload keeps the rule. If it throws, or is late, the event is refused with `unavailable`, and the sender is
    ///     not charged.
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

    /// The rule as contracts show it.
    var note: ConstraintNote { ConstraintNote(key, predicate, field: path == "$" ? nil : path) }

    private enum Answer: Sendable {
        case holds, broken, late
        case failed(any Error)
    }

    /// Runs the rule; returns the violation, if there is one. At the timeout the rule is cancelled and not waited for.
    package func violation(_ value: Value, clock: some Clock<Duration>) async throws(AsyncRuleFailure) -> Violation? {
        // Not a task group, which would wait for a rule that ignores its cancellation.
        let (answers, continuation) = AsyncStream.makeStream(of: Answer.self, bufferingPolicy: .bufferingOldest(1))
        let question = Task {
            do {
                continuation.yield(try await holds(value) ? .holds : .broken)
            } catch {
                continuation.yield(.failed(error))
            }
        }
        let alarm = Task {
            try? await clock.sleep(for: timeout)
            continuation.yield(.late)
        }
        defer {
            question.cancel()
            alarm.cancel()
        }
        var iterator = answers.makeAsyncIterator()
        // A cancelled caller gets no answer, which is a refusal too.
        let answer = await iterator.next() ?? .late
        switch answer {
        case .holds: return nil
        case .broken: return Violation(path: path, constraint: key, message: "\(path) \(predicate)")
        case .late: throw AsyncRuleFailure(path: path, constraint: key, cause: nil)
        case .failed(let error): throw AsyncRuleFailure(path: path, constraint: key, cause: error)
        }
    }
}

/// A rule that gave no answer. The event is refused.
public struct AsyncRuleFailure: Error, Sendable, CustomStringConvertible {
    /// The field that the rule is about.
    public let path: String
    /// The rule's name.
    public let constraint: String
    /// What the rule threw; `nil` if it was late.
    public let cause: (any Error)?

    /// For logs.
    public var description: String { "\(constraint) of \(path) " + (cause.map { "failed: \($0)" } ?? "had no answer in time") }
}

extension Schema {
    /// Runs the rules that have to wait, in their order. To be awaited after decoding; returns at once for a schema without such rules.
    /// - Throws: `ValidationError` with the rules that are broken; ``AsyncRuleFailure`` if none is known to be, and one gave no answer.
    package func check(_ value: Value, clock: some Clock<Duration>) async throws {
        var violations: [Violation] = []
        for rule in asyncRules {
            do throws(AsyncRuleFailure) {
                guard let violation = try await rule.violation(value, clock: clock) else { continue }
                violations.append(violation)
            } catch {
                if violations.isEmpty { throw error }
                break
            }
            if core.stopsAtFirst { break }
        }
        guard violations.isEmpty else { throw ValidationError(violations: Array(violations.prefix(Reading.cap))) }
    }

    /// Whether there are rules that have to wait.
    package var hasAsyncRules: Bool { !asyncRules.isEmpty }
}
