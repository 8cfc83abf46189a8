import NIOCore

/// A payload of one of several forms, told apart by the text of one member.
///
/// ```swift
/// enum Content: TaggedUnion {
///     case text(TextContent), image(ImageContent)
///     static let discriminator = "type"
///     static let cases = [
///         UnionCase("text", make: Content.text) { if case .text(let body) = $0 { body } else { nil } },
///         UnionCase("image", make: Content.image) { if case .image(let body) = $0 { body } else { nil } },
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
    let shape: ObjectShape
    /// Writes the members of a union that has this form; says whether it has.
    let write: @Sendable (Union, WrittenKey, inout JSONWriter) -> Bool

    /// A form.
    /// - Parameters:
    ///   - tag: the text of the discriminator.
    ///   - make: makes the union of the payload that the other members are.
    ///   - body: the payload of a union that has this form, `nil` for any other.
    public init<Body: Payload>(
        _ tag: String, make: @escaping @Sendable (Body) -> Union, _ body: @escaping @Sendable (Union) -> Body?
    ) {
        self.tag = tag
        shape = ObjectShape(Body.self)
        write = { union, discriminator, writer in
            guard let body = body(union) else { return false }
            writer.object { writer in
                writer.member(discriminator, tag)
                unsafe withUnsafePointer(to: body) { unsafe Body.schema.core.writeMembers(of: UnsafeRawPointer($0), to: &writer) }
            }
            return true
        }
        let problems: @Sendable (inout Set<ObjectIdentifier>) -> [SchemaProblem] = { Body.schema.nestedProblems(seen: &$0) }
        nested = NestedSchema(id: ObjectIdentifier(Body.self), problems: problems, ownProblems: problems)
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
        return reader.nesting(cases.map(\.nested)).shaped(
            .union(
                UnionShape(
                    name: String(describing: Self.self), id: ObjectIdentifier(Self.self), discriminator: discriminator,
                    forms: cases.map { ($0.tag, $0.shape) })), constraints)
    }

    /// Writes the form with its discriminator. A union that none of the ``cases`` has is refused when it is written.
    public func encode(to writer: inout JSONWriter) {
        let name = WrittenKey(Self.discriminator)
        for form in Self.cases where form.write(self, name, &writer) { return }
    }
}
