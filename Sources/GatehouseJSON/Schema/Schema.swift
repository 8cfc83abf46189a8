package import NIOCore

/// The fields of a payload, their rules, and its initialiser.
///
/// Decoding a payload collects all violations, in field and then registration order; unknown keys are violations too. Nothing is coerced.
public struct Schema<Value: Sendable>: Sendable {
    // One reference: a schema is asked for with every message, and a copy of it is to cost nothing.
    private let details: Details

    private final class Details: Sendable {
        let core: SchemaCore
        let asyncRules: [AsyncRule<Value>]
        let ownProblems: [SchemaProblem]
        let nested: [NestedSchema]
        let ruleNotes: [ConstraintNote]
        let probe: FieldOrderProbe<Value>
        let reader: FieldReader<Value>
        let file: String
        let line: Int

        init(
            core: SchemaCore, asyncRules: [AsyncRule<Value>], ownProblems: [SchemaProblem], nested: [NestedSchema],
            ruleNotes: [ConstraintNote], probe: FieldOrderProbe<Value>, reader: FieldReader<Value>, file: String, line: Int
        ) {
            self.core = core
            self.asyncRules = asyncRules
            self.ownProblems = ownProblems
            self.nested = nested
            self.ruleNotes = ruleNotes
            self.probe = probe
            self.reader = reader
            self.file = file
            self.line = line
        }
    }

    var core: SchemaCore { details.core }
    var asyncRules: [AsyncRule<Value>] { details.asyncRules }
    var ownProblems: [SchemaProblem] { details.ownProblems }
    var nested: [NestedSchema] { details.nested }
    /// The rules over several fields, for contracts.
    var ruleNotes: [ConstraintNote] { details.ruleNotes }
    /// Finds fields that stand in another order than the initialiser's parameters.
    private var probe: FieldOrderProbe<Value> { details.probe }
    private var reader: FieldReader<Value> { details.reader }
    private var file: String { details.file }
    private var line: Int { details.line }

    /// The payload's type name, for audit records.
    public var name: String { String(describing: Value.self) }

    /// The fields' names on the wire, in order; not those of nested payloads.
    package var fieldNames: [String] { core.slots.map(\.name.text) }

    /// The names of the required fields, in order.
    package var requiredFieldNames: [String] { core.slots.filter { unsafe $0.absent == nil }.map(\.name.text) }

    /// A schema.
    /// - Parameters:
    ///   - fields: the fields, in the order of the parameters of `make`.
    ///   - stopAtFirst: report the first violation only.
    ///   - rules: rules over several fields; checked when every field holds.
    ///   - asyncRules: rules that have to wait; checked last.
    ///   - file: where the schema stands, for messages about it.
    ///   - line: likewise.
    ///   - make: the payload's initialiser.
    public init<each F: FieldValue>(
        _ fields: repeat Field<Value, each F>,
        stopAtFirst: Bool = false,
        rules: [CrossFieldRule<Value>] = [],
        asyncRules: [AsyncRule<Value>] = [],
        file: String = #fileID,
        line: Int = #line,
        make: @escaping @Sendable (repeat each F) -> Value
    ) {
        var slots: [SchemaCore.Slot] = []
        // Space for the fields one after the other.
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
        details = Details(
            core: core, asyncRules: asyncRules, ownProblems: problems, nested: nested,
            ruleNotes: rules.map { $0.note } + asyncRules.map { $0.note }, probe: FieldOrderProbe(repeat each fields, make: make),
            reader: unsafe FieldReader(problems: []) { document, text, node, reading, place in
                unsafe core.read(document, text, node, tag: nil, &reading, into: place)
            }, file: file, line: line)
    }

    private static func place<T>(_ field: Field<Value, T>, in layout: inout SchemaCore.Layout) -> Int { layout.place(T.self) }

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

    /// The fields as contracts show them.
    package var shape: [FieldShape] {
        core.slots.map { slot in
            FieldShape(
                name: slot.name.text, shape: slot.shape, isRequired: unsafe slot.absent == nil, isOmittable: unsafe slot.isLeftOut != nil,
                standard: slot.standard, samples: slot.samples)
        }
    }

    /// Decodes a payload.
    /// - Parameter attachments: those of the message, by their numbers.
    /// - Throws: `ValidationError` with all violations, 64 at most.
    package func decode(_ document: JSONDocument, at node: Int, attachments: [ByteBuffer] = []) throws(ValidationError) -> Value {
        try reader.decode(document, at: node, attachments: attachments)
    }

    /// The errors of the schema and its nested schemas. Call it once, when a route is registered.
    package func problems() -> [SchemaProblem] {
        var seen: Set<ObjectIdentifier> = [ObjectIdentifier(Value.self)]
        return problems(seen: &seen)
    }

    /// The errors of a nested schema.
    func nestedProblems(seen: inout Set<ObjectIdentifier>) -> [SchemaProblem] {
        let waiting = SchemaProblem(
            field: name, text: "the asyncRules of a payload within another are never run: give them to the schema of the payload",
            file: file,
            line: line)
        return problems(seen: &seen) + (hasAsyncRules ? [waiting] : [])
    }

    func problems(seen: inout Set<ObjectIdentifier>) -> [SchemaProblem] {
        var all = ownProblems
        if all.isEmpty { all += probe.problems() }
        for inner in nested where seen.insert(inner.id).inserted { all += inner.problems(&seen) }
        return all
    }
}
