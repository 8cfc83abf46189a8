/// An initialiser that is not there: it says what is wrong with fields that do not fit (MDL-11).
extension Schema {
    /// Not there: the fields do not fit the parameters.
    @available(
        *, unavailable,
        message: "the fields do not fit the parameters of 'make': give one Field for each parameter, of its type and in its order"
    )
    @_disfavoredOverload
    public init<each F: FieldValue, each P>(
        _ fields: repeat Field<Value, each F>, stopAtFirst: Bool = false, rules: [CrossFieldRule<Value>] = [],
        asyncRules: [AsyncRule<Value>] = [], make: @escaping @Sendable (repeat each P) -> Value
    ) { preconditionFailure("not available") }
}
