/// An enumeration of strings that a field may have, written as its raw value.
///
/// ```swift
/// enum Priority: String, PayloadEnum { case low, high }
/// ```
public protocol PayloadEnum: FieldValue, CaseIterable, RawRepresentable where RawValue == String, Checked == Self {}

extension PayloadEnum {
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
        }.shaped(.choice(cases.map(\.name)), constraints)
    }
}
