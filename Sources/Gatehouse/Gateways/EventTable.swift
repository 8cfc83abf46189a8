/// Event names of one namespace, found by their bytes: an event is looked up without its name being made into a `String`.
struct EventTable: Sendable {
    private var slots: [Int32]
    private let names: [[UInt8]]

    /// - Parameter events: distinct names; their positions are what ``find(_:)`` gives.
    init(_ events: [String]) {
        names = events.map { Array($0.utf8) }
        var size = 8
        while size < names.count * 2 { size *= 2 }
        slots = Array(repeating: -1, count: size)
        for (index, name) in names.enumerated() {
            var slot = Self.hash(name.span) & (size - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = Int32(truncatingIfNeeded: index)
        }
    }

    func find(_ name: Span<UInt8>) -> Int? {
        let mask = slots.count - 1
        var slot = Self.hash(name) & mask
        while slots[slot] >= 0 {
            let index = Int(slots[slot])
            if Self.equal(names[index], name) { return index }
            slot = (slot &+ 1) & mask
        }
        return nil
    }

    private static func equal(_ known: [UInt8], _ name: Span<UInt8>) -> Bool {
        guard known.count == name.count else { return false }
        for index in 0..<known.count where known[index] != name[index] { return false }
        return true
    }

    /// FNV-1a. The table's size is the application's, not a peer's: a peer can only look up.
    private static func hash(_ bytes: Span<UInt8>) -> Int {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in 0..<bytes.count { hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01b3 }
        return Int(truncatingIfNeeded: hash ^ (hash >> 32))
    }
}
