extension ValidationError {
    /// VAL-30: a wrong number of arguments is one violation of the whole.
    package static func arity(expected: Int) -> ValidationError {
        .single("arity", expected == 0 ? "must have no argument" : "must have exactly \(expected) argument", limit: expected.limit)
    }
}
