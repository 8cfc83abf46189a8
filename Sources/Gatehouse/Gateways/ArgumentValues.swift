/// The arguments of an event, decoded. An object and no tuple: Swift 6.3 cannot compile closures that return a tuple of a parameter pack.
final class ArgumentValues<each Value: Sendable>: Sendable {
    let values: (repeat each Value)

    init(_ values: repeat each Value) { self.values = (repeat each values) }

    /// The arguments with their types erased.
    var erased: [any Sendable] {
        var all: [any Sendable] = []
        for value in repeat each values { all.append(value) }
        return all
    }

    /// The arguments with their types again.
    /// - Throws: ``GatewayError`` with `internal` for values of other types, which pipes cannot make.
    static func restored(_ values: [any Sendable]) throws -> ArgumentValues {
        var rest = values[...]
        return ArgumentValues(repeat try restore((each Value).self, &rest))
    }

    private static func restore<One>(_ type: One.Type, _ rest: inout ArraySlice<any Sendable>) throws -> One {
        guard let value = rest.popFirst() as? One else { throw GatewayError(.internal, "a pipe gave another type than \(type)") }
        return value
    }
}
