import GatehouseJSON

/// The rules of one section and effect, sorted so that the order of files never matters (POL-02).
struct RuleTable: Sendable {
    struct Entry {
        var rule: Int32
        var mode: PolicyMode
        /// `auth.max_age` of `when` and `unless`, in seconds; -1 for none.
        var whenMaxAge: Int64
        var unlessMaxAge: Int64
        /// The room patterns, any of which must match; a count of 0 for any room.
        var firstPattern: Int32
        var patternCount: Int32
        /// The wildcard event patterns, as a bit set.
        var wildcards: UInt64
        var needsRoom: Bool
        var joined: Bool
        var maxBytes: Int64
    }

    private(set) var entries: [Entry] = []
    /// 64-bit words of one bit set over the entries.
    private(set) var words = 0
    /// Where this table's bit sets start in the bits of a session: matched, pending and error, `words` each.
    private(set) var bitOffset = 0
    /// For each event index, the entries that speak of it: `words` each.
    private(set) var eventMasks: [UInt64] = []
    /// The entries that have a wildcard pattern.
    private(set) var wildcardMask: [UInt64] = []
    private(set) var allMask: [UInt64] = []

    init() {}

    init(_ entries: [Entry], bitOffset: Int, eventCount: Int, matches: (Int, Int) -> Bool) {
        self.entries = entries
        self.bitOffset = bitOffset
        words = (entries.count + 63) / 64
        eventMasks = [UInt64](repeating: 0, count: words * eventCount)
        wildcardMask = [UInt64](repeating: 0, count: words)
        allMask = wildcardMask
        for at in entries.indices {
            let word = at / 64, bit = UInt64(1) << UInt64(at % 64)
            allMask[word] |= bit
            if entries[at].wildcards != 0 { wildcardMask[word] |= bit }
            for event in 0..<eventCount where matches(event, at) { eventMasks[event * words + word] |= bit }
        }
    }

    /// The bits of a session that this table needs.
    var bitCount: Int { words * 3 }

    /// The entries that speak of an event; of every entry where events do not matter.
    @inline(__always)
    func mask(_ event: EventID?, _ word: Int) -> UInt64 {
        guard let event else { return allMask[word] }
        return event.index >= 0 ? eventMasks[Int(event.index) &* words &+ word] : event.wildcards == 0 ? 0 : wildcardMask[word]
    }

    /// For a name outside of the table of names, whether the entry has a wildcard that matches it.
    @inline(__always)
    func speaks(_ entry: Int, of event: EventID?) -> Bool {
        guard let event, event.index < 0 else { return true }
        return entries[entry].wildcards & event.wildcards != 0
    }
}
