/// All policy files of one generation, read, checked and compiled. Immutable: a reload makes another and swaps one reference (POL-08, POL-40).
///
/// ```swift
/// let bundle = try PolicyBundle.load(directory: "policies", options: .init(generation: 1))
/// guard let policy = bundle.namespace("/chat") else { … Decision.unknownNamespace(generation: bundle.generation) … }
/// let subject = Subject(issuer: token.issuer, iss: token.iss, sub: token.sub, claims: token.claims, ip: peer, origin: origin,
///                       transport: .websocket, settings: bundle.global)
/// let grants = policy.grants(for: subject)          // once a session and generation
/// let decision = grants.decideConnect(now: seconds)
/// // a message: on the event loop, synchronous, nothing allocated
/// let event = policy.event(nameBytes)               // Span<UInt8> or String
/// let room = policy.roomLocation(for: event).flatMap { … the string there in the payload … }
/// let send = grants.decideSend(event: event, room: room, isJoined: …, payloadBytes: …, now: seconds)
/// if let rate = policy.rate(send) { … charge buckets … }
/// audit(rule: policy.ruleID(send), reason: send.reason.rawValue, generation: send.generation)
/// ```
package final class PolicyBundle: Sendable {
    /// The number of this load, chosen by the caller and never used twice.
    package let generation: UInt64
    /// What `_global.yaml` says.
    package let global: GlobalSettings
    /// What `_moderation.yaml` says.
    package let moderation: ModerationSettings
    /// What `_api.yaml` says.
    package let api: ApiPolicy
    /// Every rule, by `RuleIndex`.
    package let rules: [PolicyRule]
    /// By name, such as `/chat`, or pattern, such as `/tenant/*`. Everything else is denied (POL-01).
    package let namespaces: [String: NamespacePolicy]
    /// The files that it was made of, by name.
    package let files: [FileRecord]
    /// Lower-case hexadecimal SHA-256 over names, lengths and bytes of all files.
    package let sha256: String
    /// The places of `mode:` members other than `enforce`, for a start record and for `--strict` (POL-09).
    package let relaxations: [PolicyRelaxation]
    let positions: [String: SourcePosition]
    /// Where `trusted_proxies` is.
    let proxiesPosition: SourcePosition?
    /// The policies that are for a pattern. No two of them could be that of the same namespace.
    private let patterns: [(pattern: PatternTable, policy: NamespacePolicy)]
    /// The texts it was made of, so that it can be put in force again under another generation (POL-42).
    package let sources: [PolicyFile]

    /// A file as audit names it.
    package struct FileRecord: Sendable, Equatable {
        package let name: String
        package let revision: Int64
        package let sha256: String
    }

    init(
        generation: UInt64, global: GlobalSettings, rules: [PolicyRule], namespaces: [NamespacePolicy], files: [FileRecord], sha256: String,
        relaxations: [PolicyRelaxation], positions: [String: SourcePosition], proxiesPosition: SourcePosition?,
        sources: [PolicyFile], moderation: ModerationSettings = ModerationSettings(), api: ApiPolicy = .none
    ) {
        self.generation = generation
        self.global = global
        self.rules = rules
        self.namespaces = Dictionary(namespaces.map { ($0.name, $0) }) { first, _ in first }
        patterns = namespaces.compactMap { policy in
            guard PolicyFile.isPattern(policy.name), let pattern = try? NamePattern(parsing: policy.name, .namespace) else { return nil }
            return (PatternTable(pattern), policy)
        }
        self.files = files
        self.sha256 = sha256
        self.relaxations = relaxations
        self.positions = positions
        self.proxiesPosition = proxiesPosition
        self.sources = sources
        self.moderation = moderation
        self.api = api
    }

    /// The policy of a namespace: its own, else that of the pattern that it is one of; nil means that everything in it is denied. The
    /// pipeline, which knows what a gateway was mounted at, takes it from ``namespaces``.
    package func namespace(_ name: String) -> NamespacePolicy? {
        if let policy = namespaces[name] { return policy }
        guard !patterns.isEmpty, name.hasPrefix("/"), !PolicyFile.isPattern(name) else { return nil }
        let name = Array(name.utf8.dropFirst())
        return patterns.first { $0.pattern.matches(0, name.span, .none) }?.policy
    }

    package func ruleID(_ index: RuleIndex) -> String? {
        let at = Int(index.value)
        return rules.indices.contains(at) ? rules[at].id : nil
    }

    /// Before CONNECT the namespace is unknown, so the HTTP stage takes an Origin that any namespace takes (POL-13).
    package func allowsOrigin(_ origin: RequestOrigin) -> Bool { namespaces.values.contains { $0.settings.origin.allows(origin) } }

    /// Whether any namespace has this transport (POL-13).
    package func allowsTransport(_ transport: TransportName) -> Bool {
        namespaces.values.contains { $0.settings.transports.contains(transport) }
    }

    /// The largest revision of all files: the one that audit names.
    package var revision: Int64 { files.map(\.revision).max() ?? 0 }

    /// Why this bundle may not follow another: revisions only grow (POL-22). Empty if it may.
    package func obstacles(following previous: PolicyBundle) -> [PolicyError] {
        files.compactMap { file in
            guard let old = previous.files.first(where: { $0.name == file.name }), old != file else { return nil }
            guard file.revision <= old.revision else { return nil }
            return PolicyError(
                .revision, at: SourcePosition(file: file.name, line: 0, column: 0),
                "the file changed and its revision is \(file.revision), which does not grow from \(old.revision): write \(old.revision + 1) or more, or use --force"
            )
        }
    }
}

/// A `mode` other than `enforce`.
package struct PolicyRelaxation: Sendable, Equatable {
    package let position: SourcePosition
    package let mode: PolicyMode
    /// The rule, or nil for a whole file.
    package let rule: String?
}
