import NIOCore

/// Finds fields whose values end up elsewhere, because of another order than the initialiser's parameters or a wrong key path. The compiler
/// does not notice two exchanged fields of one type.
///
/// It calls the initialiser with values that keep the rules, changing one at a time: exactly that field must change in the result.
struct FieldOrderProbe<Value: Sendable>: Sendable {
    /// The misplaced fields. Calls the initialiser several times.
    let problems: @Sendable () -> [SchemaProblem]

    init<each F: FieldValue>(_ fields: repeat Field<Value, each F>, make: @escaping @Sendable (repeat each F) -> Value) {
        problems = {
            var offsets: [Int?] = []
            for field in repeat each fields { offsets.append(MemoryLayout<Value>.offset(of: field.path)) }
            guard offsets.count > 1 else { return [] }
            let shared = Self.sharedPaths(repeat each fields)
            guard shared.isEmpty else { return shared }
            let pairs = (repeat ProbeValues((each fields).reader))
            var isComplete = true
            for pair in repeat each pairs { isComplete = isComplete && pair.first != nil }
            guard isComplete else {
                var index = 0
                var found: [SchemaProblem] = []
                for field in repeat each fields {
                    if index > 0, let before = offsets[index - 1], let own = offsets[index], own <= before {
                        found.append(
                            field.problem("stands in another order than the properties of \(Value.self): give the fields in theirs"))
                    }
                    index += 1
                }
                return found
            }
            func texts(changing changed: Int?) -> [ProbeText] {
                var position = 0
                guard let value = Self.made(repeat (each pairs).pick(changed, &position), make: make) else { return [] }
                var texts: [ProbeText] = []
                for field in repeat each fields { texts.append(ProbeText(value[keyPath: field.path])) }
                return texts
            }
            let base = texts(changing: nil)
            var found: [SchemaProblem] = []
            var names: [String] = []
            for field in repeat each fields { names.append(field.name.text) }
            var index = 0
            for field in repeat each fields {
                let changed = texts(changing: index)
                let differing = changed.indices.filter { changed[$0] != base[$0] }
                if let other = differing.first, !differing.contains(index) {
                    found.append(
                        field.problem(
                            "its value lands in \"\(names[other])\": give the fields in the order of the parameters of 'make', each with its own key path"
                        ))
                }
                index += 1
            }
            return found
        }
    }

    /// Fields whose key path is that of a field before them. Key paths of what takes no memory are equal without being the same.
    private static func sharedPaths<each F: FieldValue>(_ fields: repeat Field<Value, each F>) -> [SchemaProblem] {
        var names: [AnyKeyPath: String] = [:]
        var found: [SchemaProblem] = []
        for field in repeat each fields {
            if Self.takesMemory(field), let other = names.updateValue(field.name.text, forKey: field.path) {
                found.append(field.problem("its key path is that of the field \"\(other)\": give it its own"))
            }
        }
        return found
    }

    private static func takesMemory<F>(_ field: Field<Value, F>) -> Bool { MemoryLayout<F>.size > 0 }

    private static func made<each F>(_ values: repeat (each F)?, make: (repeat each F) -> Value) -> Value? {
        try? make(repeat Self.unwrapped(each values))
    }

    private static func unwrapped<T>(_ value: T?) throws -> T {
        guard let value else { throw JSONError(.syntax, "no sample", at: 0) }
        return value
    }
}

/// A field's value as it is written, with its attachments.
private struct ProbeText: Equatable {
    private var text = ByteBuffer()
    private var attachments: [ByteBuffer] = []

    init(_ value: some FieldValue) { try? value.encode(into: &text, collecting: &attachments) }
}

/// Two values of a field, the second different if there is one.
private struct ProbeValues<Value: FieldValue>: Sendable {
    let first: Value?
    let second: Value?

    init(_ reader: FieldReader<Value>) {
        let samples = reader.samples
        first = samples.first?.value
        second = samples.last?.value
    }

    func pick(_ changed: Int?, _ position: inout Int) -> Value? {
        defer { position += 1 }
        return changed == position ? second : first
    }
}
