import GatehouseJSON

/// A pipe on the arguments of one route, with their types erased.
struct ArgumentTransform: Sendable {
    /// The arguments, if they are ready at once; `nil`: call `finish`.
    let now: @Sendable ([any Sendable], EventContext) throws -> [any Sendable]?
    /// The arguments, waiting if needed.
    let finish: @Sendable ([any Sendable], EventContext) async throws -> [any Sendable]
}

extension ArgumentTransform {
    /// A closure that does not suspend.
    init(_ transform: @escaping @Sendable ([any Sendable], EventContext) throws -> [any Sendable]) {
        now = transform
        finish = transform
    }

    /// A pipe of one type, on the arguments that have it.
    init(_ pipe: some Pipe) {
        now = { arguments, context in
            var next = arguments
            for (index, argument) in arguments.enumerated() {
                guard let value = try pipe.now(argument, context) else { return nil }
                next[index] = value
            }
            return next
        }
        finish = { arguments, context in
            var next = arguments
            for (index, argument) in arguments.enumerated() { next[index] = try await pipe.finish(argument, context) }
            return next
        }
    }
}

extension Pipe {
    /// Whether the pipe is for arguments of a type.
    func handles(_ type: any Any.Type) -> Bool { type == Value.self }

    /// The argument, its own or of another type; `nil` if the pipe wants to wait.
    fileprivate func now(_ argument: any Sendable, _ context: EventContext) throws -> (any Sendable)? {
        guard type(of: argument) == Value.self, let value = argument as? Value else { return argument }
        return try transformNow(value, context)
    }

    fileprivate func finish(_ argument: any Sendable, _ context: EventContext) async throws -> any Sendable {
        guard type(of: argument) == Value.self, let value = argument as? Value else { return argument }
        if let next = try transformNow(value, context) { return next }
        return try await transform(value, context)
    }
}
