extension Optional: FieldValue where Wrapped: FieldValue {
    /// Reads a value, or nil for `null` and for an absent field.
    public static func reader(_ constraints: [Constraint<Wrapped.Checked>]) -> FieldReader<Wrapped?> {
        Wrapped.reader(constraints).lifted(absent: .none, null: .none, isLeftOut: { $0 == nil }, value: { $0 }) { .some($0) }
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
        Value.reader(constraints).lifted(
            absent: .keep, null: .remove, isLeftOut: { if case .keep = $0 { true } else { false } },
            value: { if case .set(let value) = $0 { value } else { nil } }
        ) { .set($0) }
    }
}

extension Patch: JSONEncodable, HandlerResult where Value: JSONEncodable {
    /// Writes the value, or `null`. A field that is kept is left out of its object; anywhere else it is `null` too.
    public func encode(to writer: inout JSONWriter) {
        if case .set(let value) = self { value.encode(to: &writer) } else { writer.null() }
    }
}

extension FieldReader {
    /// A reader of a type around this one's, with values for an absent field and for `null`.
    /// - Parameters:
    ///   - isLeftOut: whether an outer value is not written at all.
    ///   - value: the inner value of an outer one, if there is one; its rules that have to wait are checked.
    ///   - lift: the outer value of an inner one.
    func lifted<Outer: Sendable>(
        absent: Outer, null: Outer, isLeftOut: @escaping @Sendable (Outer) -> Bool, value: @escaping @Sendable (Outer) -> Value?,
        _ lift: @escaping @Sendable (Value) -> Outer
    ) -> FieldReader<Outer> {
        let inner = unsafe read
        var reader = unsafe FieldReader<Outer>(problems: problems, nested: nested) { document, text, node, reading, place in
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
        reader.shape = .nullable(shape)
        reader.asyncCheck = asyncCheck.map { check in
            AsyncCheck(isNeeded: check.isNeeded) { if let inner = value($0) { try await check.run(inner) } }
        }
        reader = reader.defaulting(to: absent)
        unsafe reader.isLeftOut = { unsafe isLeftOut($0.assumingMemoryBound(to: Outer.self).pointee) }
        return reader
    }
}
