/// Reads `_moderation.yaml`, the file of escalation rules (MOD-69).
struct ModerationReader {
    let diagnostics: Diagnostics

    struct Result {
        var settings = ModerationSettings()
        var revision: Int64 = 0
    }

    private static let hour: Int64 = 3_600_000_000_000
    /// More would cost every report too much.
    private static let maximumRules = 64

    func read(_ root: YAMLNode) -> Result? {
        guard var mapping = MappingReader(root, "moderation", diagnostics) else { return nil }
        var result = Result()
        result.revision = HeaderReader.read(&mapping, kind: "Moderation") ?? 0
        if let node = mapping.take("escalation"), let items = mapping.items(node, "escalation") {
            var seen: Set<String> = []
            for item in items.prefix(Self.maximumRules) {
                guard let rule = rule(item) else { continue }
                if !seen.insert(rule.id).inserted {
                    diagnostics.report(.conflict, at: rule.position, "the id '\(rule.id)' is given twice: rename one")
                }
                result.settings.escalations.append(rule)
            }
            if items.count > Self.maximumRules {
                diagnostics.report(.tooLarge, at: node.position, "'escalation' has more than \(Self.maximumRules) rules")
            }
        }
        mapping.finish()
        return result
    }

    private func rule(_ node: YAMLNode) -> EscalationRule? {
        guard var mapping = MappingReader(node, "escalation rule", diagnostics) else { return nil }
        let id = mapping.required("id", "reported").flatMap { mapping.text($0, "id") }
        if let id, !(1...64).contains(id.utf8.count) || !id.utf8.allSatisfy({ IssuerReader.isNameByte($0) || $0 == UInt8(ascii: ".") }) {
            diagnostics.report(.value, at: node.position, "an id is at most 64 of the characters a-z A-Z 0-9 _ - .")
        }
        let namespace = mapping.text("namespace")
        let (trigger, measure) = (self.trigger(&mapping), self.measure(&mapping))
        mapping.finish()
        guard let id, let trigger, let measure else { return nil }
        switch (trigger, measure) {
        case (.reportsOfRoom, .slow), (.reportsOfUser, .mute), (.violations, .mute): break
        case (.reportsOfRoom, .mute):
            diagnostics.report(.conflict, at: node.position, "'of: room' goes with 'slow': a room cannot be muted")
        case (_, .slow):
            diagnostics.report(.conflict, at: node.position, "'slow' is for rooms: it goes with 'reports: { of: room, … }'")
        }
        return EscalationRule(id: id, position: node.position, namespace: namespace, trigger: trigger, measure: measure)
    }

    private func trigger(_ mapping: inout MappingReader) -> EscalationRule.Trigger? {
        let (reports, violations) = (mapping.mapping("reports"), mapping.mapping("violations"))
        switch (reports, violations) {
        case (var reports?, nil):
            defer { reports.finish() }
            enum Subject: String, CaseIterable { case user, room }
            let subject = reports.required("of", "user").flatMap { _ in reports.choice("of", Subject.self) }
            // One person alone never brings a measure upon another.
            let reporters = reports.required("reporters", "5").flatMap { _ in reports.count("reporters", 2...1_000) }
            let window = reports.required("window", "10m").flatMap { _ in reports.span("window", atMost: 24 * Self.hour) }
            guard let subject, let reporters, let window else { return nil }
            return subject == .user
                ? .reportsOfUser(reporters: reporters, window: window) : .reportsOfRoom(reporters: reporters, window: window)
        case (nil, var violations?):
            defer { violations.finish() }
            let count = violations.required("count", "30").flatMap { _ in violations.count("count", 2...1_000) }
            let window = violations.required("window", "60s").flatMap { _ in violations.span("window", atMost: Self.hour) }
            guard let count, let window else { return nil }
            return .violations(count: count, window: window)
        default:
            diagnostics.report(
                .missingKey, at: mapping.position,
                "an escalation rule has one of 'reports' and 'violations', such as 'reports: { of: user, reporters: 5, window: 10m }'")
            return nil
        }
    }

    private func measure(_ mapping: inout MappingReader) -> EscalationRule.Measure? {
        let (mute, slow) = (mapping.mapping("mute"), mapping.mapping("slow"))
        switch (mute, slow) {
        case (var mute?, nil):
            defer { mute.finish() }
            enum Scope: String, CaseIterable { case namespace, everywhere }
            let scope = mute.choice("scope", Scope.self) ?? .namespace
            let shadow = mute.bool("shadow") ?? false
            guard let span = span(&mute, "15m", atMost: 28 * 24) else { return nil }
            return .mute(span, isShadow: shadow, isEverywhere: scope == .everywhere)
        case (nil, var slow?):
            defer { slow.finish() }
            let interval = slow.required("interval", "10s").flatMap { _ in slow.span("interval", atMost: 6 * Self.hour) }
            guard let span = span(&slow, "15m", atMost: 365 * 24), let interval else { return nil }
            return .slow(interval: max(interval, 1_000_000_000), span)
        default:
            diagnostics.report(
                .missingKey, at: mapping.position, "an escalation rule has one of 'mute' and 'slow', such as 'mute: { for: 15m }'")
            return nil
        }
    }

    /// How long a measure lasts: a whole number of seconds, and never without an end.
    private func span(_ mapping: inout MappingReader, _ example: String, atMost hours: Int64) -> Int64? {
        guard let node = mapping.required("for", example), let span = mapping.span("for", atMost: hours * Self.hour) else { return nil }
        guard span >= 1_000_000_000 else {
            diagnostics.report(.value, at: node.position, "'for' is at least 1s")
            return nil
        }
        return span
    }
}
