/// Waits until work has ended, up to a limit. What takes longer is cancelled and not waited for, even where it does not heed that.
func waitForEnd(within limit: Duration, of work: @escaping @Sendable () async -> Void) async {
    let (ends, end) = AsyncStream.makeStream(of: Never.self)
    let work = Task {
        await work()
        end.finish()
    }
    let alarm = Task {
        try? await Task.sleep(for: limit)
        end.finish()
    }
    for await _ in ends {}
    alarm.cancel()
    work.cancel()
}
