import NIOCore

/// A payload of one of several forms, told apart by the text of one member.
///
/// ```swift
/// enum Content: TaggedUnion {
///     case text(TextContent), image(ImageContent)
///     static let discriminator = "type"
///     static let cases = [
///         UnionCase("text", TextContent.self) { Content.text($0) },
///         UnionCase("image", ImageContent.self) { Content.image($0) },
///     ]
/// }
/// ```
public protocol TaggedUnion: FieldValue where Checked == Self {
    /// The member that tells the forms apart; the forms do not declare it.
    static var discriminator: String { get }
    /// The forms; a `static let`.
    static var cases: [UnionCase<Self>] { get }
}

/// One form of a tagged union.
public struct UnionCase<Union: Sendable>: Sendable {
    let tag: String
    let read: @Sendable (JSONDocument, RawSpan, Int, FieldName, inout Reading) -> Union?
    let nested: NestedSchema

    /// A form.
    /// - Parameters:
    ///   - tag: the text of the discriminator.
    ///   - body: the DTO of the other members.
    ///   - make: makes the union of the DTO.
    public init<Body: DTO>(_ tag: String, _ body: Body.Type, _ make: @escaping @Sendable (Body) -> Union) {
        self.tag = tag
        nested = NestedSchema(id: ObjectIdentifier(Body.self)) { Body.schema.nestedProblems(seen: &$0) }
        read = { document, text, node, discriminator, reading in
            unsafe withUnsafeTemporaryAllocation(
                byteCount: max(1, MemoryLayout<Body>.size), alignment: MemoryLayout<Body>.alignment
            ) { block in
                guard let place = block.baseAddress,
                    unsafe Body.schema.core.read(document, text, node, tag: discriminator, &reading, into: place)
                else { return nil }
                return make(unsafe place.assumingMemoryBound(to: Body.self).move())
            }
        }
    }
}

extension TaggedUnion {
    /// Reads an object whose discriminator names one of the forms.
    public static func reader(_ constraints: [Constraint<Self>]) -> FieldReader<Self> {
        let name = FieldName(discriminator)
        let cases = cases
        let tags = cases.map(\.tag).joined(separator: ", ")
        let checks = Checks(constraints)
        var problems = constraints.problems()
        if Set(cases.map(\.tag)).count != cases.count || cases.isEmpty { problems.append("a tagged union needs forms with different tags") }
        let reader = FieldReader<Self>(problems: problems) { document, text, node, reading in
            guard document.kind(of: node) == .object else {
                reading.report("isObject", "must be an object")
                return nil
            }
            var members = MemberCursor(document, node)
            guard let tag = members.find(name, document, text) else {
                reading.report("isDefined", "is required", at: [.name(name.text)])
                return nil
            }
            guard let form = cases.first(where: { document.isString(tag, equalTo: $0.tag) }) else {
                reading.report("isEnum", "must be one of: \(tags)", at: [.name(name.text)])
                return nil
            }
            return form.read(document, text, node, name, &reading).flatMap { checks.apply(to: $0, document, &reading) }
        }
        return reader.nesting(cases.map(\.nested))
    }
}
