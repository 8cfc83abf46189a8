/// A type that a field of a payload, or an argument of an event, may have: strings, booleans, numbers, JSON values, enumerations
/// (``PayloadEnum``), attachments (``BinaryAttachment``), other payloads, and optionals, patches, arrays and string-keyed maps of these.
///
/// It is read from JSON and written as JSON, by the same declaration.
public protocol FieldValue: JSONEncodable {
    /// The type that constraints on the field speak of; for an optional, the type inside.
    associatedtype Checked: Sendable

    /// Makes the reader of a field with these constraints; called once, at registration.
    static func reader(_ constraints: [Constraint<Checked>]) -> FieldReader<Self>
}
