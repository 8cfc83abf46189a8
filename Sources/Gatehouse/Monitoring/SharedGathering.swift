import NIOConcurrencyHelpers

/// A value that costs every event loop a turn to gather. Simultaneous requests share one gathering.
final class SharedGathering<Value: Sendable>: Sendable {
    private struct State {
        var underWay: Task<Value, Never>?
        var number = 0
        var waiting = 0
    }

    private let gather: @Sendable () async -> Value
    private let state = NIOLockedValueBox(State())

    init(_ gather: @escaping @Sendable () async -> Value) {
        self.gather = gather
    }

    /// The number of waiters.
    var waiting: Int { state.withLockedValue { $0.waiting } }

    /// The value, gathered now or a moment ago for another caller.
    var value: Value {
        get async {
            let (task, number) = state.withLockedValue { state in
                state.waiting += 1
                if let underWay = state.underWay { return (underWay, state.number) }
                let begun = Task { await gather() }
                state.underWay = begun
                state.number += 1
                return (begun, state.number)
            }
            let value = await task.value
            state.withLockedValue { state in
                state.waiting -= 1
                if state.number == number { state.underWay = nil }
            }
            return value
        }
    }
}
