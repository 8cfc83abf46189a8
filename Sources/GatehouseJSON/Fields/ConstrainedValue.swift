/// A type of its own for a value with rules, which hold wherever it stands: in fields, in arrays, and as an argument of an event.
///
/// ```swift
/// struct Symbol: ConstrainedValue {
///     var rawValue: String
///     static let constraints: [Constraint<String>] = [.length(1...8), .uppercase]
/// }
/// ```
public protocol ConstrainedValue: FieldValue, RawRepresentable where RawValue: FieldValue, Checked == RawValue.Checked {
    /// The rules of the raw value.
    static var constraints: [Constraint<RawValue.Checked>] { get }
}

extension ConstrainedValue {
    /// Reads the raw value, with the type's rules and those of the field.
    public static func reader(_ constraints: [Constraint<RawValue.Checked>]) -> FieldReader<Self> {
        let raw = RawValue.reader(Self.constraints + constraints)
        // The form is the raw value's: that `init(rawValue:)` might refuse one is not told.
        return raw.mapping("isValue", "must be a \(Self.self)") { Self(rawValue: $0) }.shaped(raw.shape)
    }
}
