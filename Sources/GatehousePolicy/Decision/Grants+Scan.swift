extension Grants {
    /// A deny rule that fires.
    struct Denial {
        var entry: Int
        var isError: Bool
    }

    /// The result of the allow rules: one of them, or the reason of the nearest miss.
    struct Permission {
        var entry: Int?
        var reason: Decision.Reason
    }

    @inline(__always)
    func isFresh(_ maxAge: Int64, _ now: Int64) -> Bool {
        guard hasAuthTime else { return false }
        return AuthenticationClaims.isFresh(authTime, maxAge: maxAge, now: now)
    }

    @inline(__always)
    private func agesHold(_ entry: RuleTable.Entry, pending: Bool, _ now: Int64) -> Bool {
        if entry.whenMaxAge >= 0, !isFresh(entry.whenMaxAge, now) { return false }
        return !(pending && isFresh(entry.unlessMaxAge, now))
    }

    /// What tells most rules of a table apart from a name, if there is one and the table is made for it.
    @inline(__always)
    private func segments(of name: Span<UInt8>?, _ table: RuleTable) -> NameSegments? {
        guard !table.probes.isEmpty, let name else { return nil }
        return NameSegments(name, separator: table.separator)
    }

    @inline(__always)
    private func roomMatches(_ entry: RuleTable.Entry, _ room: Span<UInt8>) -> Bool {
        if entry.patternCount == 0 { return true }
        for at in 0..<entry.patternCount where namespace.patterns.matches(entry.firstPattern &+ at, room, templates) { return true }
        return false
    }

    /// The first deny rule that fires; the table has those in force first. A deny that needs a room fires where there is none: it cannot be
    /// told whether it would match, and that is a match (POL-04).
    func denial(_ table: RuleTable, event: EventID?, room: Span<UInt8>?, isJoined: Bool, now: Int64) -> Denial? {
        let segments = segments(of: room, table)
        for word in 0..<table.words {
            let errors = bits[table.bitOffset &+ 2 &* table.words &+ word]
            let pending = bits[table.bitOffset &+ table.words &+ word]
            var left = table.mask(event, word) & (bits[table.bitOffset &+ word] | errors)
            while left != 0 {
                let bit = left.trailingZeroBitCount
                left &= left &- 1
                let at = word &* 64 &+ bit
                if let segments, segments.excludes(table.probes[at]) { continue }
                guard table.speaks(at, of: event) else { continue }
                let entry = table.entries[at]
                if entry.needsRoom {
                    guard let room else { return Denial(entry: at, isError: true) }
                    guard roomMatches(entry, room), !entry.joined || isJoined else { continue }
                }
                if errors & (1 << UInt64(bit)) != 0 { return Denial(entry: at, isError: true) }
                if agesHold(entry, pending: pending & (1 << UInt64(bit)) != 0, now) { return Denial(entry: at, isError: false) }
            }
        }
        return nil
    }

    /// The first allow rule that matches, of those from an entry on. An error is no match.
    func permission(
        _ table: RuleTable, from first: Int = 0, event: EventID?, room: Span<UInt8>?, isJoined: Bool, payloadBytes: Int, now: Int64
    ) -> Permission {
        var nearest = Decision.Reason.noMatchingAllow
        let segments = segments(of: room, table)
        let start = min(first / 64, table.words)
        for word in start..<table.words {
            let pending = bits[table.bitOffset &+ table.words &+ word]
            var left = table.mask(event, word) & bits[table.bitOffset &+ word]
            if word == start { left &= ~0 << UInt64(first % 64) }
            while left != 0 {
                let bit = left.trailingZeroBitCount
                left &= left &- 1
                let at = word &* 64 &+ bit
                if let segments, segments.excludes(table.probes[at]) { continue }
                guard table.speaks(at, of: event) else { continue }
                let entry = table.entries[at]
                guard agesHold(entry, pending: pending & (1 << UInt64(bit)) != 0, now) else { continue }
                if entry.needsRoom {
                    guard let room else {
                        nearest = Self.nearer(nearest, .roomMissing)
                        continue
                    }
                    guard roomMatches(entry, room) else { continue }
                    guard !entry.joined || isJoined else {
                        nearest = Self.nearer(nearest, .notJoined)
                        continue
                    }
                }
                guard Int64(payloadBytes) <= entry.maxBytes else {
                    nearest = Self.nearer(nearest, .tooLarge)
                    continue
                }
                return Permission(entry: at, reason: .allowed)
            }
        }
        return Permission(entry: nil, reason: nearest)
    }

    /// Of two near misses the one that got further, so that the reason does not depend on the order of rules.
    @inline(__always)
    private static func nearer(_ left: Decision.Reason, _ right: Decision.Reason) -> Decision.Reason {
        rank(left) >= rank(right) ? left : right
    }

    @inline(__always)
    private static func rank(_ reason: Decision.Reason) -> Int {
        switch reason {
        case .roomMissing: 1
        case .notJoined: 2
        case .tooLarge: 3
        default: 0
        }
    }
}
