/// A type that a field of a DTO may have: strings, booleans, numbers, JSON values, enumerations (``DTOEnum``), attachments
/// (``BinaryAttachment``), other DTOs, and optionals, patches, arrays and string-keyed maps of these.
public protocol FieldValue: Sendable {
    /// The type that constraints on the field speak of; for an optional, the type inside.
    associatedtype Checked: Sendable

    /// Makes the reader of a field with these constraints; called once, at registration.
    static func reader(_ constraints: [Constraint<Checked>]) -> FieldReader<Self>
}
