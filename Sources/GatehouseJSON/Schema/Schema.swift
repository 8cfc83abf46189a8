package import NIOCore

/// The fields of a DTO, their rules, and how to make the DTO of them.
///
/// Decoding a payload collects all violations, in field and then registration order; unknown keys are violations too. Nothing is coerced.
public struct Schema<Value: Sendable>: Sendable {
    let core: SchemaCore
    let asyncRules: [AsyncRule<Value>]
    let ownProblems: [SchemaProblem]
    let nested: [NestedSchema]
    private let reader: FieldReader<Value>
    private let file: String
    private let line: Int

    /// The DTO's type name, for audit records.
    public var name: String { String(describing: Value.self) }

    /// The fields' names on the wire, in order; not those of nested DTOs.
    package var fieldNames: [String] { core.slots.map(\.name.text) }

    /// The names of the fields without which a payload is refused, in order.
    package var requiredFieldNames: [String] { core.slots.filter { unsafe $0.absent == nil }.map(\.name.text) }

    /// A schema.
    /// - Parameters:
    ///   - fields: the fields, in the order of the parameters of `make`.
    ///   - stopAtFirst: report the first violation only.
    ///   - rules: rules over several fields; checked when every field holds.
    ///   - asyncRules: rules that have to wait; checked last.
    ///   - file: where the schema stands, for messages about it.
    ///   - line: likewise.
    ///   - make: the DTO's initialiser.
    public init<each F: FieldValue>(
        _ fields: repeat Field<each F>,
        stopAtFirst: Bool = false,
        rules: [CrossFieldRule<Value>] = [],
        asyncRules: [AsyncRule<Value>] = [],
        file: String = #fileID,
        line: Int = #line,
        make: @escaping @Sendable (repeat each F) -> Value
    ) {
        self.file = file
        self.line = line
        var slots: [SchemaCore.Slot] = []
        var layout = SchemaCore.Layout()
        var problems: [SchemaProblem] = []
        var nested: [NestedSchema] = []
        for field in repeat each fields {
            if slots.contains(where: { $0.name.text.hasSameBytes(as: field.name.text) }) {
                problems.append(field.problem("two fields have this name"))
            }
            slots.append(SchemaCore.Slot(field, offset: Self.place(field, in: &layout)))
            problems += field.problems
            nested += field.reader.nested
        }
        let core = unsafe SchemaCore(
            slots: slots, layout: layout, stopsAtFirst: stopAtFirst,
            make: { block, output in
                var cursor = SchemaCore.Layout()
                unsafe output.initializeMemory(as: Value.self, to: make(repeat Self.take((each F).self, from: block, &cursor)))
            },
            rules: Self.check(rules)
        )
        self.core = core
        reader = unsafe FieldReader(problems: []) { document, text, node, reading, place in
            unsafe core.read(document, text, node, tag: nil, &reading, into: place)
        }
        ownProblems = problems
        self.asyncRules = asyncRules
        self.nested = nested
    }

    private static func place<T>(_ field: Field<T>, in layout: inout SchemaCore.Layout) -> Int { layout.place(T.self) }

    @inline(__always)
    private static func take<T>(_ type: T.Type, from block: UnsafeMutableRawPointer, _ cursor: inout SchemaCore.Layout) -> T {
        unsafe (block + cursor.place(type)).assumingMemoryBound(to: T.self).move()
    }

    private static func check(_ rules: [CrossFieldRule<Value>]) -> (@Sendable (UnsafeMutableRawPointer, inout Reading) -> Bool)? {
        guard !rules.isEmpty else { return nil }
        return { output, reading in
            let place = unsafe output.assumingMemoryBound(to: Value.self)
            let before = reading.count
            for rule in rules { unsafe rule.check(place.pointee, &reading) }
            if reading.count == before { return true }
            unsafe place.deinitialize(count: 1)
            return false
        }
    }

    /// Decodes a payload.
    /// - Parameter attachments: those of the message, by their numbers.
    /// - Throws: `ValidationError` with all violations, 64 at most.
    package func decode(_ document: JSONDocument, at node: Int, attachments: [ByteBuffer] = []) throws(ValidationError) -> Value {
        try reader.decode(document, at: node, attachments: attachments)
    }

    /// What makes no sense about the schema and the schemas in it; to be asked once, when a route is registered.
    package func problems() -> [SchemaProblem] {
        var seen: Set<ObjectIdentifier> = [ObjectIdentifier(Value.self)]
        return problems(seen: &seen)
    }

    /// Those of a schema within another one's payload.
    func nestedProblems(seen: inout Set<ObjectIdentifier>) -> [SchemaProblem] {
        let waiting = SchemaProblem(
            field: name, text: "the asyncRules of a DTO within another are never run: give them to the schema of the payload", file: file,
            line: line)
        return problems(seen: &seen) + (hasAsyncRules ? [waiting] : [])
    }

    private func problems(seen: inout Set<ObjectIdentifier>) -> [SchemaProblem] {
        var all = ownProblems
        for inner in nested where seen.insert(inner.id).inserted { all += inner.problems(&seen) }
        return all
    }
}
