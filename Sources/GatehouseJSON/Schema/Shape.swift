/// The form of a value on the wire, for contracts with front ends.
package indirect enum Shape: Sendable {
    case any
    case bool
    /// An integer, of a format of OpenAPI's registry: `int64` or `uint64`.
    case integer(format: String)
    /// A number: `double`, `float` or `decimal`.
    case number(format: String)
    /// A string, of some format of JSON Schema if it has one.
    case string(format: String?)
    /// Bytes beside the JSON.
    case attachment
    /// One of some strings.
    case choice([String])
    case array(Shape)
    case map(Shape)
    /// An object with any members.
    case anyObject
    case object(ObjectShape)
    case union(UnionShape)
    /// The shape, or `null`.
    case nullable(Shape)
    /// Those values of the shape that keep some constraints.
    case constrained(Shape, Keywords)

    /// The shape with constraints, if there are any.
    func constrained(by keywords: Keywords) -> Shape { keywords.isEmpty ? self : .constrained(self, keywords) }

    /// The shape without the constraints of the whole value.
    package var bare: Shape { if case .constrained(let shape, _) = self { shape.bare } else { self } }
}

/// The form of a payload. Its fields are computed lazily, so that a payload may contain itself.
package struct ObjectShape: Sendable {
    /// The payload's type name, without its module.
    package let name: String
    /// Which Swift type it is.
    package let id: ObjectIdentifier
    /// The fields, in order.
    package let fields: @Sendable () -> [FieldShape]
    /// The rules over several fields.
    package let rules: @Sendable () -> [ConstraintNote]

    init<Value: Payload>(_ type: Value.Type) {
        fields = { Value.schema.shape }
        rules = { Value.schema.ruleNotes }
        name = String(describing: type)
        id = ObjectIdentifier(type)
    }
}

/// One field of a payload's form.
package struct FieldShape: Sendable {
    /// The name on the wire.
    package let name: String
    /// The form of its values.
    package let shape: Shape
    /// Whether it is required.
    package let isRequired: Bool
    /// Whether a payload that is sent may lack it.
    package let isOmittable: Bool
    /// What a payload without it is taken to have, where that is a value of its own.
    package let standard: @Sendable () -> JSONValue?
    /// One or two values that keep the field's rules, if such are found.
    package let samples: @Sendable () -> [JSONValue]
}

/// The forms of a tagged union.
package struct UnionShape: Sendable {
    /// The union's type name, without its module.
    package let name: String
    /// Which Swift type it is.
    package let id: ObjectIdentifier
    /// The member that tells the forms apart.
    package let discriminator: String
    /// The forms by the discriminator's text.
    package let forms: [(tag: String, body: ObjectShape)]
}
