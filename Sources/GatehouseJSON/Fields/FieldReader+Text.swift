extension FieldReader {
    /// Reads a JSON string and makes a value of it, for types of other rooms that are written as one string.
    /// - Parameters:
    ///   - key: the constraint that a text breaks of which no value can be made.
    ///   - predicate: what is appended to the path then.
    ///   - words: the keywords of JSON Schema for such texts, which need not say all.
    package static func text(
        _ constraints: [Constraint<Value>], key: String, predicate: String, words: JSONObject = [:],
        _ make: @escaping @Sendable (String) -> Value?
    ) -> FieldReader {
        let checks = Checks(constraints)
        var keywords = Keywords(words, notes: [ConstraintNote(key, predicate)])
        keywords.add(constraints.keywords())
        return FieldReader(problems: constraints.problems()) { document, _, node, reading in
            guard let text = document.string(of: node) else {
                reading.report("isString", "must be a string")
                return nil
            }
            guard let value = make(text) else {
                reading.report(key, predicate)
                return nil
            }
            return checks.apply(to: value, document, &reading)
        }.shaped(Shape.string(format: nil).constrained(by: keywords))
    }
}
