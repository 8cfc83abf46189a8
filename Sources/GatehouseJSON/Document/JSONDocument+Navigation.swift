package import NIOCore

extension JSONDocument {
    /// The kind of a value, or nil for an index that is not on the tape.
    @inline(__always) package func kind(of node: Int) -> JSONNode.Kind? { self[node]?.kind }

    @inline(__always) subscript(node: Int) -> JSONNode? {
        node >= 0 && node < nodes.count ? nodes[node] : nil
    }

    /// The first item of an array or the first key of an object; a key's value is the node after the key.
    @inline(__always) package func firstChild(of node: Int) -> Int? {
        guard let container = self[node], container.count > 0 else { return nil }
        return node &+ 1
    }

    /// The value after this one in the same array; for a value of an object, the next key. The end of the container is the caller's to know,
    /// by ``count(of:)``.
    @inline(__always) package func next(after node: Int) -> Int { self[node].map { Int($0.next) } ?? nodes.count }

    /// Items of an array or members of an object; 0 for anything else.
    @inline(__always) package func count(of node: Int) -> Int { self[node].map { Int($0.count) } ?? 0 }

    /// The indices of an array's items.
    package func items(of node: Int) -> Children? {
        guard let container = self[node], container.kind == .array else { return nil }
        return Children(document: self, index: node &+ 1, left: Int(container.count))
    }

    /// An object's members as indices of key and value.
    package func members(of node: Int) -> Members? {
        guard let container = self[node], container.kind == .object else { return nil }
        return Members(values: Children(document: self, index: node &+ 2, left: Int(container.count)))
    }

    /// The value of a member of an object.
    package func member(named name: StaticString, of node: Int) -> Int? {
        memberWhere(of: node) { isString($0, equalTo: name) }
    }

    /// The value of a member of an object.
    package func member(named name: String, of node: Int) -> Int? {
        memberWhere(of: node) { isString($0, equalTo: name) }
    }

    @inline(__always) private func memberWhere(of node: Int, _ matches: (Int) -> Bool) -> Int? {
        guard let container = self[node], container.kind == .object else { return nil }
        var key = node &+ 1
        var left = container.count
        while left > 0 {
            if matches(key) { return key &+ 1 }
            key = next(after: key &+ 1)
            left &-= 1
        }
        return nil
    }

    /// The value that a pointer names, from a value on.
    package func value(at pointer: JSONPointer, from node: Int) -> Int? {
        var current = node
        for token in pointer.tokens {
            switch kind(of: current) {
            case .object:
                guard let value = member(named: token, of: current) else { return nil }
                current = value
            case .array:
                guard let index = JSONPointer.index(token), index < count(of: current) else { return nil }
                var item = current &+ 1
                for _ in 0..<index { item = next(after: item) }
                current = item
            default: return nil
            }
        }
        return self[current] == nil ? nil : current
    }

    /// The text of a value as it was written, quotes included, without copying.
    package func rawBytes(of node: Int) -> ByteBuffer {
        guard let value = self[node] else { return ByteBuffer() }
        let quotes = value.kind == .string ? 1 : 0
        return bytes.getSlice(at: bytes.readerIndex &+ Int(value.start) &- quotes, length: value.range.count &+ 2 &* quotes) ?? ByteBuffer()
    }

    /// Indices of the items of one array, in order.
    package struct Children: Sequence, IteratorProtocol {
        let document: JSONDocument
        var index: Int
        var left: Int

        package mutating func next() -> Int? {
            guard left > 0 else { return nil }
            left &-= 1
            defer { index = document.next(after: index) &+ (document.isMember(index) ? 1 : 0) }
            return index
        }
    }

    /// Indices of the keys and values of one object, in order.
    package struct Members: Sequence, IteratorProtocol {
        var values: Children

        package mutating func next() -> (key: Int, value: Int)? {
            values.next().map { ($0 &- 1, $0) }
        }
    }

    private func isMember(_ node: Int) -> Bool { self[node &- 1]?.isKey == true }
}
