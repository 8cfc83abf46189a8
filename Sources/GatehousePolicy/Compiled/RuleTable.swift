import GatehouseJSON

/// The rules of one section and effect, sorted so that the order of files never matters (POL-02).
///
/// A class, so that asking it copies one reference and not its arrays.
final class RuleTable: Sendable {
    struct Entry {
        var rule: Int32
        var mode: PolicyMode
        /// The conditions, by their index among the different ones of the namespace; -1 for none.
        var when: Int32
        var unless: Int32
        /// A `connect` allow rule that lets nobody in without a token.
        var needsToken: Bool
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

    let entries: [Entry]
    /// 64-bit words of one bit set over the entries.
    let words: Int
    /// Where this table's bit sets start in the bits of a session: matched, pending and error, `words` each.
    let bitOffset: Int
    /// For each event index, the entries that speak of it: `words` each.
    let eventMasks: [UInt64]
    /// The entries that have a wildcard pattern.
    let wildcardMask: [UInt64]
    let allMask: [UInt64]
    /// For each entry what the rooms have in common that it speaks of; empty where there are too few to make it worth while.
    let probes: [NameSegments.Probe]
    /// Between the segments of the names that `probes` are about.
    let separator: UInt8

    /// - Parameters:
    ///   - events: for each entry the indices of the events it speaks of.
    ///   - names: for each entry the patterns of its rooms, or namespaces.
    init(_ entries: [Entry] = [], bitOffset: Int = 0, eventCount: Int = 0, events: [[Int]] = [], names: [[NamePattern]] = []) {
        self.entries = entries
        probes = names.count { !$0.isEmpty } > 1 ? NameSegments.probes(names) : []
        separator = names.lazy.joined().first?.kind.separators.0 ?? 0
        self.bitOffset = bitOffset
        let words = (entries.count + 63) / 64
        var eventMasks = [UInt64](repeating: 0, count: words * eventCount)
        var wildcardMask = [UInt64](repeating: 0, count: words)
        var allMask = wildcardMask
        for at in entries.indices {
            let word = at / 64, bit = UInt64(1) << UInt64(at % 64)
            allMask[word] |= bit
            if entries[at].wildcards != 0 { wildcardMask[word] |= bit }
            for event in events[at] { eventMasks[event * words + word] |= bit }
        }
        self.words = words
        self.eventMasks = eventMasks
        self.wildcardMask = wildcardMask
        self.allMask = allMask
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
