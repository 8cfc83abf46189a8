extension FieldReader {
    /// A reader of a type of your own, made of what this one reads; for ``FieldValue/reader(_:)`` of that type.
    ///
    /// ```swift
    /// struct RoomName: FieldValue {
    ///     let text: String
    ///     static func reader(_ constraints: [Constraint<String>]) -> FieldReader<RoomName> {
    ///         String.reader(constraints).mapping("isRoomName", "must be a room name") { RoomName($0) }
    ///     }
    /// }
    /// ```
    /// - Parameters:
    ///   - key: the constraint that is broken where the closure gives nil; keep it for good.
    ///   - predicate: what is appended to the path then.
    ///   - transform: makes the value. Called on an event loop: no blocking, no waiting.
    public func mapping<Output: Sendable>(
        _ key: String, _ predicate: String, _ transform: @escaping @Sendable (Value) -> Output?
    ) -> FieldReader<Output> {
        var mapped = unsafe FieldReader<Output>(problems: problems, nested: nested) { document, text, node, reading, place in
            var output: Output?
            guard readValue(document, text, node, &reading, { output = transform($0) }) else { return false }
            guard let output else {
                reading.report(key, predicate)
                return false
            }
            unsafe place.initializeMemory(as: Output.self, to: output)
            return true
        }
        mapped.shape = shape.constrained(by: Keywords([:], notes: [ConstraintNote(key, predicate)]))
        return mapped
    }
}
