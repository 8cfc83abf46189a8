extension Optional: FieldValue where Wrapped: FieldValue {
    /// Reads a value, or nil for `null` and for an absent field.
    public static func reader(_ constraints: [Constraint<Wrapped.Checked>]) -> FieldReader<Wrapped?> {
        Wrapped.reader(constraints).lifted(absent: .none, null: .none) { .some($0) }
    }
}

/// A field of a partial update, which tells an absent field from `null`.
public enum Patch<Value: Sendable>: Sendable {
    /// The field is absent: keep what there is.
    case keep
    /// The field is `null`: remove what there is.
    case remove
    /// The field has a value: replace what there is.
    case set(Value)
}

extension Patch: Equatable where Value: Equatable {}

extension Patch: FieldValue where Value: FieldValue {
    /// Reads `null`, a value or nothing.
    public static func reader(_ constraints: [Constraint<Value.Checked>]) -> FieldReader<Patch<Value>> {
        Value.reader(constraints).lifted(absent: .keep, null: .remove) { .set($0) }
    }
}

extension FieldReader {
    /// A reader of a type around this one's, with values for an absent field and for `null`.
    func lifted<Outer: Sendable>(
        absent: Outer, null: Outer, _ lift: @escaping @Sendable (Value) -> Outer
    ) -> FieldReader<Outer> {
        let inner = unsafe read
        let reader = unsafe FieldReader<Outer>(problems: problems, nested: nested) { document, text, node, reading, place in
            if document.kind(of: node) == .null {
                unsafe place.initializeMemory(as: Outer.self, to: null)
                return true
            }
            return unsafe withUnsafeTemporaryAllocation(byteCount: MemoryLayout<Value>.size, alignment: MemoryLayout<Value>.alignment) {
                block in
                let value = unsafe block.baseAddress ?? place
                guard unsafe inner(document, text, node, &reading, value) else { return false }
                unsafe place.initializeMemory(as: Outer.self, to: lift(value.assumingMemoryBound(to: Value.self).move()))
                return true
            }
        }
        return reader.defaulting(to: absent)
    }
}
