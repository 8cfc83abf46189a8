extension JSONDocument {
    /// A value with its own storage, built without recursion.
    /// - Throws: `JSONError` with the code `numberRange` for a number whose nearest double is infinite.
    package func owned(at node: Int) throws(JSONError) -> JSONValue {
        guard let top = self[node] else { return .null }
        // Back to front: when a container is met, its children lie on the stack, the first one uppermost.
        var stack: [JSONValue] = []
        var index = Int(top.next) &- 1
        while index >= node {
            guard let current = self[index] else { break }
            switch current.kind {
            case .null: stack.append(.null)
            case .true: stack.append(.bool(true))
            case .false: stack.append(.bool(false))
            case .string: stack.append(.string(text(current)))
            case .number: stack.append(try number(current, at: index))
            case .array:
                var items: [JSONValue] = []
                items.reserveCapacity(Int(current.count))
                for _ in 0..<current.count { if let item = stack.popLast() { items.append(item) } }
                stack.append(.array(items))
            case .object:
                var object = JSONObject()
                object.members.reserveCapacity(Int(current.count))
                for _ in 0..<current.count {
                    guard case .string(let key)? = stack.popLast(), let value = stack.popLast() else { break }
                    object.members.append((key, value))
                }
                stack.append(.object(object))
            }
            index &-= 1
        }
        return stack.popLast() ?? .null
    }

    private func number(_ current: JSONNode, at index: Int) throws(JSONError) -> JSONValue {
        if let integer = int64(of: index) { return .integer(integer) }
        guard let double = double(of: index) else {
            throw JSONError(.numberRange, "a number is beyond the range of a double", at: Int(current.start))
        }
        return .number(double)
    }
}
