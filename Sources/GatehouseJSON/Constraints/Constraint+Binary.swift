extension Constraint where Value == BinaryAttachment {
    /// An attachment of a bounded size and of some kinds, told by its leading bytes.
    /// - Parameters:
    ///   - max: the most bytes.
    ///   - types: the kinds that are let through; all if empty.
    public static func binary(max: Int, types: [Binary.Kind] = []) -> Constraint {
        let rule = Binary(max: max, types: types)
        return Constraint(
            .value { rule.brokenFace($0) }, types.isEmpty ? Array(rule.faces.prefix(1)) : rule.faces,
            problem: max < 0 ? "a length is negative" : nil
        )
        .said(by: types.count == 1 ? ["contentMediaType": .string(types[0].name)] : [:], exactly: false)
    }
}
