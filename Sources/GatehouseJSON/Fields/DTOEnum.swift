/// An enumeration of strings that a field may have.
///
/// ```swift
/// enum Priority: String, DTOEnum { case low, high }
/// ```
public protocol DTOEnum: FieldValue, CaseIterable, RawRepresentable where RawValue == String, Checked == Self {}

extension DTOEnum {
    /// Reads a string that is one of the raw values, byte for byte.
    public static func reader(_ constraints: [Constraint<Self>]) -> FieldReader<Self> {
        let cases = allCases.map { (name: $0.rawValue, value: $0) }
        let names = cases.map(\.name).joined(separator: ", ")
        let checks = Checks(constraints)
        return FieldReader(problems: constraints.problems()) { document, _, node, reading in
            guard let match = cases.first(where: { document.isString(node, equalTo: $0.name) }) else {
                reading.report("isEnum", "must be one of: \(names)")
                return nil
            }
            return checks.apply(to: match.value, document, &reading)
        }
    }
}
