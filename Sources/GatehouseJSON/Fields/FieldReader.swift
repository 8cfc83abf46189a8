/// Reads one field; made by ``FieldValue/reader(_:)``.
@safe public struct FieldReader<Value: Sendable>: Sendable {
    /// Initialises a place with the value and gives true, or reports what is wrong, leaves the place alone and gives false.
    typealias Read = @Sendable (JSONDocument, Int, inout Reading, UnsafeMutablePointer<Value>) -> Bool

    let read: Read
    /// Initialises a place with the value of an absent field; nil if the field is required.
    var absent: (@Sendable (UnsafeMutablePointer<Value>) -> Void)?
    /// What makes no sense about the constraints.
    var problems: [String]
    /// Schemas of nested DTOs, looked at when the outermost schema is registered and not before, so that a DTO may contain itself.
    var nested: [NestedSchema] = []

    @unsafe init(problems: [String], nested: [NestedSchema] = [], reading read: @escaping Read) {
        self.problems = problems
        self.nested = nested
        unsafe self.read = read
    }

    /// A reader that gives an optional; for types whose size the compiler knows.
    @inline(__always)
    init(problems: [String], _ get: @escaping @Sendable (JSONDocument, Int, inout Reading) -> Value?) {
        unsafe self.init(problems: problems) { document, node, reading, place in
            guard let value = get(document, node, &reading) else { return false }
            unsafe place.initialize(to: value)
            return true
        }
    }

    /// The same reader with a value for an absent field.
    func defaulting(to value: Value) -> FieldReader {
        var copy = self
        unsafe copy.absent = { place in unsafe place.initialize(to: value) }
        return copy
    }

    /// Decodes a whole value, such as an event's only argument.
    /// - Throws: `ValidationError` with all violations.
    package func decode(_ document: JSONDocument, at node: Int) throws(ValidationError) -> Value {
        try unsafe Self.run(document, node, read)
    }

    @inline(__always)
    static func run(_ document: JSONDocument, _ node: Int, _ read: Read) throws(ValidationError) -> Value {
        var reading = Reading()
        return try unsafe withUnsafeTemporaryAllocation(of: Value.self, capacity: 1) { block throws(ValidationError) -> Value in
            guard let place = block.baseAddress, unsafe read(document, node, &reading, place) else {
                throw reading.error() ?? ValidationError(violations: [.missing])
            }
            return unsafe place.move()
        }
    }
}

extension Violation {
    /// A payload that is not there at all.
    package static let missing = Violation(path: "$", constraint: "isDefined", message: "$ is required")
}

/// A schema that another one refers to.
struct NestedSchema: Sendable {
    let id: ObjectIdentifier
    let problems: @Sendable (inout Set<ObjectIdentifier>) -> [SchemaProblem]
}

extension Array {
    /// What makes no sense about constraints.
    func problems<Value>() -> [String] where Element == Constraint<Value> { compactMap(\.problem) }
}
