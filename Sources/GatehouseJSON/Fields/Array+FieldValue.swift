extension Array: FieldValue where Element: FieldValue {
    /// Reads an array. One of the constraints must bound the number of items.
    public static func reader(_ constraints: [Constraint<[Element]>]) -> FieldReader<[Element]> {
        let element = Element.reader(constraints.items())
        let counts = CountChecks(constraints)
        let checks = Checks(constraints)
        var problems = constraints.problems() + element.problems
        if counts.upperBound == nil { problems.append("an array needs an upper bound: add .count(...n)") }
        let reader = unsafe FieldReader<[Element]>(problems: problems, nested: element.nested) { document, text, node, reading, place in
            guard document.kind(of: node) == .array else {
                reading.report("isArray", "must be an array")
                return false
            }
            // The bound comes first: nothing is made of an array that is too long.
            let count = document.count(of: node)
            let countHolds = counts.hold(count, document, &reading)
            guard countHolds || count <= counts.upperBound ?? 0 else { return false }
            var items: [Element] = []
            items.reserveCapacity(count)
            let isRead = element.readItems(document, text, node, &reading, into: &items)
            guard isRead && countHolds else { return false }
            unsafe place.initializeMemory(as: [Element].self, to: items)
            return unsafe checks.hold(in: place, document, &reading)
        }
        return reader.shaped(.array(element.shape), constraints)
    }
}

extension FieldReader {
    /// Appends the items of an array that hold; says whether all do.
    func readItems(
        _ document: JSONDocument, _ text: RawSpan, _ node: Int, _ reading: inout Reading, into items: inout [Value]
    ) -> Bool {
        var holds = true
        var child = node &+ 1
        for index in 0..<document.count(of: node) {
            guard !reading.isOver else { return false }
            let before = reading.count
            let isRead = readValue(document, text, child, &reading) { items.append($0) }
            if reading.count != before { reading.locate(after: before, in: .index(index)) }
            holds = holds && isRead
            child = document.next(after: child)
        }
        return holds
    }

    /// Hands a value that holds to a closure; says whether there was one.
    func readValue(
        _ document: JSONDocument, _ text: RawSpan, _ node: Int, _ reading: inout Reading, _ use: (consuming Value) -> Void
    ) -> Bool {
        unsafe withUnsafeTemporaryAllocation(
            byteCount: Swift.max(1, MemoryLayout<Value>.size), alignment: MemoryLayout<Value>.alignment
        ) { block in
            guard let place = block.baseAddress, unsafe read(document, text, node, &reading, place) else { return false }
            use(unsafe place.assumingMemoryBound(to: Value.self).move())
            return true
        }
    }
}

extension Array {
    /// The rules of the items, of the right type by how `each` and `values` are declared.
    func items<Value, Item>() -> [Constraint<Item>] where Element == Constraint<Value> {
        flatMap { constraint -> [Constraint<Item>] in
            guard case .items(let items) = constraint.body else { return [] }
            return items as? [Constraint<Item>] ?? []
        }
    }
}
