/// The event names that rules give literally, found by their bytes without making a String.
struct EventTable: Sendable {
    private(set) var names: [String] = []
    private var text: [UInt8] = []
    private var starts: [Int32] = [0]
    /// Open addressing, at most half full; -1 for a free place.
    private var slots: [Int32] = [-1]
    private var mask = 0

    init() {}

    init(_ given: Set<String>) {
        names = given.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        for name in names {
            text.append(contentsOf: name.utf8)
            starts.append(Int32(clamping: text.count))
        }
        var capacity = 4
        while capacity < names.count * 2 { capacity *= 2 }
        mask = capacity - 1
        slots = [Int32](repeating: -1, count: capacity)
        for at in names.indices {
            var slot = Self.hash(names[at].utf8Span.span) & mask
            while slots[slot] >= 0 { slot = (slot + 1) & mask }
            slots[slot] = Int32(clamping: at)
        }
    }

    func index(of name: Span<UInt8>) -> Int32? {
        var slot = Self.hash(name) & mask
        while slots[slot] >= 0 {
            if isName(Int(slots[slot]), name) { return slots[slot] }
            slot = (slot &+ 1) & mask
        }
        return nil
    }

    private func isName(_ index: Int, _ name: Span<UInt8>) -> Bool {
        let start = Int(starts[index]), count = Int(starts[index + 1]) - start
        guard count == name.count else { return false }
        for at in 0..<count where text[start &+ at] != name[at] { return false }
        return true
    }

    /// FNV-1a. Only names of the files are ever inserted, so a sender cannot make the table degenerate.
    private static func hash(_ name: Span<UInt8>) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for at in name.indices { hash = (hash ^ UInt64(name[at])) &* 0x100_0000_01B3 }
        return Int(truncatingIfNeeded: hash ^ (hash >> 32))
    }
}
