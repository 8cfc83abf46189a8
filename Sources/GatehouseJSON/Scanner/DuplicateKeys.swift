/// Finds a key that one object names twice. Few keys are compared pairwise; many go through an open table, keyed with the process's random
/// seed, so that the cost stays linear for keys chosen by a peer. The table is kept between documents.
package struct DuplicateKeys: Sendable {
    private static let pairwise = 8
    private var table: [UInt32] = []

    package init() {}

    /// Frees a table that an unusually big object left behind.
    package mutating func clear() {
        if table.capacity > 1_024 { table = [] }
    }

    mutating func find(in object: Int, of nodes: [JSONNode], _ bytes: RawSpan) -> JSONError? {
        let count = Int(nodes[object].count)
        let twin = count <= Self.pairwise ? findPairwise(object, nodes, bytes) : findHashed(object, count, nodes, bytes)
        guard let twin else { return nil }
        return JSONError(.duplicateKey, "an object names a key twice", at: Int(nodes[twin].start) &- 1)
    }

    private func findPairwise(_ object: Int, _ nodes: [JSONNode], _ bytes: RawSpan) -> Int? {
        let end = Int(nodes[object].next)
        var key = object &+ 1
        while key < end {
            let after = Int(nodes[key &+ 1].next)
            var other = after
            while other < end {
                if isSame(nodes[key], nodes[other], bytes) { return other }
                other = Int(nodes[other &+ 1].next)
            }
            key = after
        }
        return nil
    }

    private mutating func findHashed(_ object: Int, _ count: Int, _ nodes: [JSONNode], _ bytes: RawSpan) -> Int? {
        var size = 32
        while size < count &* 2 { size &*= 2 }
        table.removeAll(keepingCapacity: true)
        table.append(contentsOf: repeatElement(0, count: size))
        let end = Int(nodes[object].next)
        var key = object &+ 1
        while key < end {
            var slot = hash(nodes[key], bytes) & (size &- 1)
            while table[slot] != 0 {
                if isSame(nodes[Int(table[slot])], nodes[key], bytes) { return key }
                slot = (slot &+ 1) & (size &- 1)
            }
            table[slot] = UInt32(truncatingIfNeeded: key)
            key = Int(nodes[key &+ 1].next)
        }
        return nil
    }

    private func hash(_ key: JSONNode, _ bytes: RawSpan) -> Int {
        var hasher = Hasher()
        // The same feeding for escaped and plain keys: a key's hash may not depend on its spelling.
        var source = UnescapedBytes(key.range)
        while let byte = source.next(bytes) { hasher.combine(byte) }
        return hasher.finalize()
    }

    @inline(__always) private func isSame(_ left: JSONNode, _ right: JSONNode, _ bytes: RawSpan) -> Bool {
        if !left.hasEscapes && !right.hasEscapes { return bytes.isSame(left.range, right.range) }
        return UnescapedBytes.isSame(left.range, right.range, bytes)
    }
}

extension RawSpan {
    /// The text of a scanned string, as bytes of its own.
    func unescaped(_ range: Range<Int>) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: range.count) { output, count in
            count = unsafe StringEscape.unescape(self, range, into: output)
        }
    }
}
