import GatehouseJSON

// Swift 6.3 cannot call a function of the type `(repeat each Value, EventContext)` directly; it can where all parameters are one pack. And
// an async function that makes a pack, or a tuple of one, frees its memory in the wrong order. So packs are made in functions that do not
// suspend, and passed whole to those that do.

/// Calls a handler with any number and types of arguments, followed by the context.
@inline(__always)
func callHandler<each Parameter, Result>(
    _ handler: (repeat each Parameter) throws -> Result, _ arguments: repeat each Parameter
) rethrows -> Result {
    try handler(repeat each arguments)
}

/// A handler that may suspend, bound to its arguments.
@inline(never)
func boundHandler<each Parameter: Sendable, Result: Sendable>(
    _ handler: @escaping @Sendable (repeat each Parameter) async throws -> Result, _ arguments: repeat each Parameter,
    output: @escaping @Sendable (Result) -> HandlerOutput
) -> @Sendable () async throws -> HandlerOutput {
    let box = ArgumentValues(repeat each arguments)
    return { output(try await runHandler(handler, box)) }
}

@inline(never)
private func runHandler<each Parameter: Sendable, Result>(
    _ handler: @Sendable (repeat each Parameter) async throws -> Result, _ arguments: ArgumentValues<repeat each Parameter>
) async throws -> Result {
    try await handler(repeat each arguments.values)
}
