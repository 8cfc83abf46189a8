/// The rights of one session in one namespace: the static conditions of every rule, evaluated once, as bits.
///
/// Immutable, so any thread may ask it. It holds its namespace's policy, so a message that is decided with one `Grants` from first check to
/// last delivery is decided by one generation (POL-08). When the bundle changes or the token is refreshed, make a new one from
/// `bundle.namespace(name)?.grants(for: subject)` and swap it between messages.
///
/// `now` is in seconds since 1970 everywhere; it matters to `auth.max_age` only.
package final class Grants: Sendable {
    package let namespace: NamespacePolicy
    /// For each table its matched, pending and error bits.
    let bits: [UInt64]
    let templates: TemplateValues
    let authTime: Int64
    let hasAuthTime: Bool
    /// Whether there is no token.
    package let anonymous: Bool
    let transportAllowed: Bool
    let originAllowed: Bool
    /// The namespace that is to be entered, without its first `/`: what the `namespace` of a `connect` rule is compared with.
    let place: [UInt8]

    package var generation: UInt64 { namespace.generation }

    init(_ namespace: NamespacePolicy, _ subject: Subject) {
        self.namespace = namespace
        templates = TemplateValues(namespace.patterns.templates, subject)
        anonymous = subject.anonymous
        place = Array((subject.namespace ?? namespace.name).utf8.dropFirst())
        transportAllowed = namespace.settings.transports.contains(subject.transport)
        originAllowed = namespace.settings.origin.allows(subject.origin)
        if case .value(let seconds) = subject.authTime {
            authTime = seconds
            hasAuthTime = true
        } else {
            authTime = 0
            hasAuthTime = false
        }
        let truths = namespace.conditions.map { $0.staticTruth(of: subject) }
        var bits = [UInt64](repeating: 0, count: namespace.tables.bitCount)
        for table in namespace.tables.all {
            for at in table.entries.indices {
                let entry = table.entries[at]
                if entry.needsToken, anonymous { continue }
                Self.outcome(entry, truths).set(at, in: &bits, table)
            }
        }
        self.bits = bits
    }

    /// How the static part of a rule came out.
    enum Outcome {
        case no, error
        /// It holds. `pending`: unless `auth.max_age` of its `unless` holds too.
        case yes(pending: Bool)

        func set(_ at: Int, in bits: inout [UInt64], _ table: RuleTable) {
            let word = table.bitOffset + at / 64, bit = UInt64(1) << UInt64(at % 64)
            switch self {
            case .no: break
            case .error: bits[word + 2 * table.words] |= bit
            case .yes(let pending):
                bits[word] |= bit
                if pending { bits[word + table.words] |= bit }
            }
        }
    }

    private static func outcome(_ entry: RuleTable.Entry, _ truths: [Truth]) -> Outcome {
        let when = entry.when < 0 ? .yes : truths[Int(entry.when)]
        guard when != .no else { return .no }
        var pending = false
        switch entry.unless < 0 ? .no : truths[Int(entry.unless)] {
        case .no: break
        case .error: return .error
        case .yes:
            guard entry.unlessMaxAge >= 0 else { return .no }
            pending = true
        }
        return when == .error ? .error : .yes(pending: pending)
    }
}
