extension Bool: FieldValue {
    /// Reads `true` or `false`.
    public static func reader(_ constraints: [Constraint<Bool>]) -> FieldReader<Bool> {
        let checks = Checks(constraints)
        return FieldReader(problems: constraints.problems()) { document, _, node, reading in
            guard let value = document.bool(of: node) else {
                reading.report("isBoolean", "must be a boolean")
                return nil
            }
            return checks.apply(to: value, document, &reading)
        }.shaped(.bool, constraints)
    }
}
