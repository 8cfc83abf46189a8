extension ValidationError {
    /// VAL-30: a wrong number of arguments is one violation of the whole.
    package static func arity(expected: ClosedRange<Int>) -> ValidationError {
        let (least, most) = (expected.lowerBound, expected.upperBound)
        let noun = most == 1 ? "argument" : "arguments"
        let text =
            most == 0
            ? "must have no argument" : least == most ? "must have exactly \(most) \(noun)" : "must have \(least) to \(most) \(noun)"
        return .single("arity", text, limit: most.limit)
    }
}
