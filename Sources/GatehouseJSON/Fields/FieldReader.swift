package import NIOCore

/// Reads one field; made by ``FieldValue/reader(_:)``.
@safe public struct FieldReader<Value: Sendable>: Sendable {
    /// Initialises a place with the value and gives true, or reports what is wrong, leaves the place alone and gives false.
    ///
    /// The text is that of the document, taken once a payload: asking the buffer for it costs as much as reading a small field.
    typealias Read = @Sendable (JSONDocument, RawSpan, Int, inout Reading, UnsafeMutableRawPointer) -> Bool

    let read: Read
    /// Initialises a place with the value of an absent field; nil if the field is required.
    var absent: (@Sendable (UnsafeMutableRawPointer) -> Void)?
    /// What makes no sense about the constraints.
    var problems: [String]
    /// Schemas of nested payloads, looked at when the outermost schema is registered and not before, so that a payload may contain itself.
    var nested: [NestedSchema] = []
    /// The form of the values on the wire.
    var shape = Shape.any
    /// The same, for contracts.
    package var wireShape: Shape { shape }
    /// Whether a value is one that is not written at all, such as nil; nil if every value is written.
    var isLeftOut: (@Sendable (UnsafeRawPointer) -> Bool)?
    /// Rules of the whole value that have to wait.
    var asyncCheck: AsyncCheck<Value>?

    @unsafe init(problems: [String], nested: [NestedSchema] = [], reading read: @escaping Read) {
        self.problems = problems
        self.nested = nested
        unsafe self.read = read
    }

    /// A reader that gives an optional; for types whose size the compiler knows.
    @inline(__always)
    init(problems: [String], _ get: @escaping @Sendable (JSONDocument, RawSpan, Int, inout Reading) -> Value?) {
        unsafe self.init(problems: problems) { document, text, node, reading, place in
            guard let value = get(document, text, node, &reading) else { return false }
            unsafe place.initializeMemory(as: Value.self, to: value)
            return true
        }
    }

    /// The same reader with schemas that it refers to.
    func nesting(_ schemas: [NestedSchema]) -> FieldReader {
        var copy = self
        copy.nested += schemas
        return copy
    }

    /// The same reader with the form of its values.
    func shaped<Checked>(_ shape: Shape, _ constraints: [Constraint<Checked>]) -> FieldReader {
        shaped(shape.constrained(by: constraints.keywords()))
    }

    /// The same reader with the form of its values, constraints and all.
    func shaped(_ shape: Shape) -> FieldReader {
        var copy = self
        copy.shape = shape
        return copy
    }

    /// The same reader with a value for an absent field. Every value is written then: one that was left out would come back as the default.
    func defaulting(to value: Value) -> FieldReader {
        var copy = self
        unsafe copy.isLeftOut = nil
        unsafe copy.absent = { place in unsafe place.initializeMemory(as: Value.self, to: value) }
        return copy
    }

    /// Decodes a whole value, such as an event's only argument.
    /// - Parameter attachments: those of the message, by their numbers.
    /// - Throws: `ValidationError` with all violations.
    package func decode(_ document: JSONDocument, at node: Int, attachments: [ByteBuffer] = []) throws(ValidationError) -> Value {
        var reading = Reading(attachments: attachments)
        let span = document.bytes.readableBytesSpan
        guard MemoryLayout<Value>.size <= 512, MemoryLayout<Value>.alignment <= 8 else {
            // A payload of more than 32 strings: one allocation does not matter beside them.
            let place = UnsafeMutablePointer<Value>.allocate(capacity: 1)
            defer { unsafe place.deallocate() }
            guard unsafe read(document, span, node, &reading, UnsafeMutableRawPointer(place)) else { throw reading.failure }
            return unsafe place.move()
        }
        // Not `withUnsafeTemporaryAllocation`, which looks up the metadata of a `Result` each time.
        var block = InlineArray<64, UInt64>(repeating: 0)
        return try unsafe withUnsafeMutablePointer(to: &block) { block throws(ValidationError) -> Value in
            let place = UnsafeMutableRawPointer(block)
            guard unsafe read(document, span, node, &reading, place) else { throw reading.failure }
            return unsafe place.assumingMemoryBound(to: Value.self).move()
        }
    }

    /// Decodes a value that was taken out of its text before, such as the argument of an ack.
    /// - Throws: `ValidationError` with all violations.
    package func decode(_ value: JSONValue, attachments: [BinaryAttachment]) throws(ValidationError) -> Value {
        var text = ByteBuffer()
        value.write(to: &text)
        var document = JSONDocument()
        do throws(JSONError) {
            // The value has been held to the limits of a message; escapes may have made its strings longer than they came.
            let limits = JSONLimits.maximum
            try document.scan(text, limits: JSONLimits(depth: limits.depth, nodes: limits.nodes, stringBytes: .max, numberCharacters: .max))
        } catch {
            throw .single(error.code.description, error.message)
        }
        return try decode(document, at: document.root, attachments: attachments.map(\.buffer))
    }
}

extension Violation {
    /// A payload that is not there at all.
    package static let missing = Violation(path: "$", constraint: "isDefined", message: "$ is required")
}

/// A schema that another one refers to.
struct NestedSchema: Sendable {
    let id: ObjectIdentifier
    /// What makes no sense about it within another schema.
    let problems: @Sendable (inout Set<ObjectIdentifier>) -> [SchemaProblem]
    /// What makes no sense about it as a whole argument, whose rules may wait.
    let ownProblems: @Sendable (inout Set<ObjectIdentifier>) -> [SchemaProblem]
}

extension Array {
    /// What makes no sense about constraints.
    func problems<Value>() -> [String] where Element == Constraint<Value> { compactMap(\.problem) }
}
