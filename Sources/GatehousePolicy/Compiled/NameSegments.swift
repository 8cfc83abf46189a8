/// The segments of one room, or namespace, as numbers: made once for a decision, so that most patterns are told apart by one comparison.
struct NameSegments {
    private var hashes = SIMD16<UInt32>(repeating: 0)
    private var count = 0
    /// A name with more segments than are kept is compared with every pattern.
    private var isOpen = false

    init(_ name: Span<UInt8>, separator: UInt8) {
        var hash = Self.start
        for at in 0..<name.count {
            let byte = name[at]
            guard byte == separator else {
                hash = Self.add(byte, to: hash)
                continue
            }
            append(hash)
            hash = Self.start
        }
        append(hash)
    }

    private mutating func append(_ hash: UInt32) {
        guard count < 16 else {
            isOpen = true
            return
        }
        hashes[count] = hash
        count &+= 1
    }

    /// Whether the name certainly does not match. Different segments may have the same number, so `false` means unknown.
    @inline(__always)
    func excludes(_ probe: Probe) -> Bool {
        guard probe.segment >= 0, !isOpen else { return false }
        return Int(probe.segment) >= count || hashes[Int(probe.segment) & 15] != probe.hash
    }

    /// A segment that all names of a rule have in common.
    struct Probe: Sendable {
        /// Which segment; negative where there is none to go by.
        var segment: Int8
        var hash: UInt32

        static let none = Probe(segment: -1, hash: 0)
    }

    /// For each list of patterns, of which one must match, the literal segment that tells it best from the others: the rarest one.
    static func probes(_ lists: [[NamePattern]]) -> [Probe] {
        struct Place: Hashable {
            var segment: Int
            var hash: UInt32
        }
        func places(_ patterns: [NamePattern]) -> [Place] {
            // Several patterns may have no common segment.
            guard patterns.count == 1, let pattern = patterns.first else { return [] }
            return pattern.segments.enumerated().prefix(16).compactMap { index, segment in
                guard case .literal(let text) = segment else { return nil }
                return Place(segment: index, hash: text.utf8.reduce(start) { add($1, to: $0) })
            }
        }
        let all = lists.map(places)
        var frequency: [Place: Int] = [:]
        for place in all.joined() { frequency[place, default: 0] += 1 }
        return all.map { places in
            guard let best = places.min(by: { frequency[$0, default: 0] < frequency[$1, default: 0] }) else { return .none }
            return Probe(segment: Int8(clamping: best.segment), hash: best.hash)
        }
    }

    private static var start: UInt32 { 2_166_136_261 }

    /// FNV-1a.
    @inline(__always)
    private static func add(_ byte: UInt8, to hash: UInt32) -> UInt32 { (hash ^ UInt32(byte)) &* 16_777_619 }
}
