/// Work that an event loop must not do in one turn: reading files, compiling policies, building large answers (REL-22).
///
/// A handler's task prefers the executor of its event loop, and so do all actors and functions that it calls: work elsewhere must be
/// requested.
enum OffLoop {
    static func run<Value: Sendable, Failure: Error>(_ body: @Sendable () async throws(Failure) -> Value) async throws(Failure) -> Value {
        try await withTaskExecutorPreference(globalConcurrentExecutor) { () async throws(Failure) -> Value in try await body() }
    }
}
