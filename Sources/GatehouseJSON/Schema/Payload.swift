/// A type of messages: one declaration by which a message is decoded, validated, encoded and documented (Nest's DTO).
///
/// ```swift
/// struct SendMessage: Payload {
///     var room: RoomName
///     var text: String
///     static let schema = Schema(
///         Field("room", \.room),
///         Field("text", \.text, .length(1...2_000)),
///         make: SendMessage.init
///     )
/// }
/// ```
public protocol Payload: FieldValue where Checked == Self {
    /// The fields and their rules; a `static let`, as it is asked for each message that is written.
    static var schema: Schema<Self> { get }
}

extension Payload {
    /// Reads an object by the schema.
    public static func reader(_ constraints: [Constraint<Self>]) -> FieldReader<Self> {
        let checks = Checks(constraints)
        let nested = NestedSchema(
            id: ObjectIdentifier(Self.self), problems: { schema.nestedProblems(seen: &$0) }, ownProblems: { schema.problems(seen: &$0) })
        var reader = unsafe FieldReader<Self>(problems: constraints.problems(), nested: [nested]) { document, text, node, reading, place in
            guard unsafe schema.core.read(document, text, node, tag: nil, &reading, into: place) else { return false }
            return unsafe checks.isEmpty || checks.hold(in: place, document, &reading)
        }
        reader.asyncCheck = AsyncCheck(isNeeded: { schema.hasAsyncRules }) { try await schema.check($0, clock: ContinuousClock()) }
        reader.shape = .object(ObjectShape(Self.self)).constrained(by: constraints.keywords())
        return reader
    }

    /// Writes an object by the schema. A field without a value is left out.
    public func encode(to writer: inout JSONWriter) {
        let core = Self.schema.core
        unsafe withUnsafePointer(to: self) { place in
            let root = unsafe UnsafeRawPointer(place)
            writer.object { unsafe core.writeMembers(of: root, to: &$0) }
        }
    }
}
