package import NIOCore

/// The arguments of a handler, with their types erased: decoded one after the other into one block.
@safe package final class ArgumentList: Sendable {
    @safe private struct Slot: Sendable {
        let offset: Int
        let read: @Sendable (JSONDocument, RawSpan, Int, inout Reading, UnsafeMutableRawPointer) -> Bool
        let absent: (@Sendable (UnsafeMutableRawPointer) -> Void)?
        let destroy: @Sendable (UnsafeMutableRawPointer) -> Void
    }

    private let slots: [Slot]
    private let size: Int
    private let alignment: Int
    /// The number of required arguments. Later ones may be left out, from the end.
    package let required: Int
    /// The arguments as contracts show them.
    package let shapes: [ArgumentShape]
    /// The errors of the arguments and their payloads.
    package let problems: @Sendable () -> [SchemaProblem]
    /// Whether an argument has rules that have to wait.
    package let hasAsyncRules: Bool
    /// The required fields of the first argument.
    package let requiredFields: [String]

    /// Arguments of these types, with these rules.
    package init<each A: FieldValue>(_ arguments: repeat EventArgument<each A>) {
        var slots: [Slot] = []
        var layout = SchemaCore.Layout()
        var required = 0
        var shapes: [ArgumentShape] = []
        var problems: [SchemaProblem] = []
        // Rules that have to wait run for a payload that is a whole argument, and for no payload within one.
        var nested: [(schema: NestedSchema, isWhole: Bool)] = []
        var hasAsyncRules = false
        for argument in repeat each arguments {
            let slot = Self.slot(argument, &layout)
            slots.append(slot)
            if unsafe slot.absent == nil { required = slots.count }
            shapes.append(
                ArgumentShape(name: argument.name, shape: argument.reader.shape, isRequired: unsafe slot.absent == nil))
            problems += argument.problems
            nested += argument.reader.nested.map { ($0, argument.reader.asyncCheck != nil) }
            hasAsyncRules = hasAsyncRules || argument.reader.asyncCheck?.isNeeded() == true
        }
        self.slots = slots
        (size, alignment) = (layout.size, layout.alignment)
        self.required = required
        self.shapes = shapes
        self.hasAsyncRules = hasAsyncRules
        if case .object(let object)? = shapes.first?.shape.bare {
            requiredFields = object.fields().filter(\.isRequired).map(\.name)
        } else {
            requiredFields = []
        }
        self.problems = { [problems, nested] in
            var seen: Set<ObjectIdentifier> = []
            var all = problems
            for (schema, isWhole) in nested where seen.insert(schema.id).inserted {
                all += isWhole ? schema.ownProblems(&seen) : schema.problems(&seen)
            }
            return all
        }
    }

    private static func slot<A>(_ argument: EventArgument<A>, _ layout: inout SchemaCore.Layout) -> Slot {
        unsafe Slot(
            offset: layout.place(A.self), read: argument.reader.read, absent: argument.reader.absent,
            destroy: { unsafe $0.assumingMemoryBound(to: A.self).deinitialize(count: 1) })
    }

    /// Where the values of a block are taken from, one after the other in their order.
    @safe package struct Values: ~Copyable {
        private let block: UnsafeMutableRawPointer
        private var cursor = SchemaCore.Layout()

        fileprivate init(_ block: UnsafeMutableRawPointer) { unsafe self.block = block }

        /// Moves the next value out. Each value must be taken once, by its own type.
        @inline(__always)
        package mutating func take<A>(_ type: A.Type) -> A {
            unsafe (block + cursor.place(type)).assumingMemoryBound(to: A.self).move()
        }
    }

    /// Decodes the arguments of an event.
    /// - Parameters:
    ///   - first: the first argument; the others follow it.
    ///   - count: how many arguments came.
    ///   - attachments: those of the message, by their numbers.
    ///   - body: takes all values.
    /// - Throws: `ValidationError` with all violations; their paths begin with the argument's number where there may be several. And what the
    ///   closure throws.
    @inline(__always)
    package func decode<Result>(
        _ document: JSONDocument, first: Int?, count: Int, attachments: [ByteBuffer], _ body: (inout Values) throws -> Result
    ) throws -> Result {
        guard size <= 512, alignment <= 8 else {
            // More than 32 strings: one allocation does not matter beside them.
            let block = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: alignment)
            defer { unsafe block.deallocate() }
            try unsafe read(document, first, count, attachments, into: block)
            var values = unsafe Values(block)
            return try body(&values)
        }
        // Not `withUnsafeTemporaryAllocation`, which looks up the metadata of a `Result` each time.
        var space = InlineArray<64, UInt64>(repeating: 0)
        return try unsafe withUnsafeMutablePointer(to: &space) { space in
            let block = UnsafeMutableRawPointer(space)
            try unsafe read(document, first, count, attachments, into: block)
            var values = unsafe Values(block)
            return try body(&values)
        }
    }

    private func read(
        _ document: JSONDocument, _ first: Int?, _ count: Int, _ attachments: [ByteBuffer], into block: UnsafeMutableRawPointer
    ) throws(ValidationError) {
        guard count >= required, count <= slots.count else { throw .arity(expected: required...slots.count) }
        var reading = Reading(attachments: attachments)
        let text = document.bytes.readableBytesSpan
        var node = first ?? 0
        var alive = 0
        var holds = true
        for index in slots.indices where !reading.isOver {
            let place = unsafe block + slots[index].offset
            var isRead = true
            if index < count {
                let before = reading.count
                isRead = unsafe slots[index].read(document, text, node, &reading, place)
                if slots.count > 1, reading.count != before { reading.locate(after: before, in: .index(index)) }
                node = document.next(after: node)
            } else {
                unsafe slots[index].absent?(place)
            }
            if holds && isRead {
                alive &+= 1
            } else {
                if isRead { unsafe slots[index].destroy(place) }
                holds = false
            }
        }
        guard holds, alive == slots.count else {
            for slot in slots.prefix(alive) { unsafe slot.destroy(block + slot.offset) }
            throw reading.failure
        }
    }
}

/// One argument of an event, as contracts show it.
package struct ArgumentShape: Sendable {
    /// Its given name.
    package let name: String?
    /// The form of its values.
    package let shape: Shape
    /// Whether it is required.
    package let isRequired: Bool

    package init(name: String?, shape: Shape, isRequired: Bool) {
        self.name = name
        self.shape = shape
        self.isRequired = isRequired
    }
}
