/// A payload type that is decoded and validated before a handler sees it.
///
/// ```swift
/// struct SendMessage: DTO {
///     var room: String
///     var text: String
///     static let schema = Schema(
///         Field<String>("room", .length(1...64), .slug),
///         Field<String>("text", .length(1...2000)),
///         make: SendMessage.init
///     )
/// }
/// ```
public protocol DTO: FieldValue where Checked == Self {
    /// The fields and their rules.
    static var schema: Schema<Self> { get }
}

extension DTO {
    /// Reads an object by the schema.
    public static func reader(_ constraints: [Constraint<Self>]) -> FieldReader<Self> {
        let checks = Checks(constraints)
        let nested = NestedSchema(id: ObjectIdentifier(Self.self)) { schema.nestedProblems(seen: &$0) }
        return unsafe FieldReader(problems: constraints.problems(), nested: [nested]) { document, text, node, reading, place in
            guard unsafe schema.core.read(document, text, node, tag: nil, &reading, into: place) else { return false }
            return unsafe checks.isEmpty || checks.hold(in: place, document, &reading)
        }
    }
}
