/// What changes from one bundle to another, for a reviewer (`policy diff`).
package struct PolicyDifference: Sendable, Equatable, CustomStringConvertible {
    package enum Kind: String, Sendable { case added, removed, changed }

    package let kind: Kind
    /// A rule's id, a namespace, `_global.yaml`, `_moderation.yaml` or `_api.yaml`.
    package let name: String
    /// In the newer bundle; of something removed in the older one.
    package let position: SourcePosition
    /// What it is about, such as `send allow`.
    package let what: String
    /// The members that changed, as the files name them.
    package let members: [String]

    package var description: String {
        "\(position): \(what) '\(name)' \(kind.rawValue)" + (members.isEmpty ? "" : ": \(members.joined(separator: ", "))")
    }
}

extension PolicyBundle {
    /// The rules and settings that differ from an older bundle, by name. Where a rule stands does not matter; neither do revisions.
    package func differences(from old: PolicyBundle) -> [PolicyDifference] {
        ruleDifferences(from: old) + globalDifferences(from: old) + moderationDifferences(from: old) + apiDifferences(from: old)
            + settingsDifferences(from: old)
    }

    private func ruleDifferences(from old: PolicyBundle) -> [PolicyDifference] {
        let before = Dictionary(old.rules.map { ($0.id, $0) }) { first, _ in first }
        let after = Dictionary(rules.map { ($0.id, $0) }) { first, _ in first }
        return Set(before.keys).union(after.keys).sorted().compactMap { id in
            guard let first = before[id] else { return after[id].map { Self.difference(.added, $0) } }
            guard let second = after[id] else { return Self.difference(.removed, first) }
            let members = second.members(differingFrom: first)
            return members.isEmpty ? nil : Self.difference(.changed, second, members)
        }
    }

    private func globalDifferences(from old: PolicyBundle) -> [PolicyDifference] {
        let first = old.global, second = global
        let names = Set(first.issuers.map(\.name)).union(second.issuers.map(\.name)).sorted()
        var members = names.filter { name in
            first.issuers.first { $0.name == name } != second.issuers.first { $0.name == name }
        }.map { "issuers.\($0)" }
        if first.rolesClaim != second.rolesClaim { members.append("claims.roles") }
        if first.scopesClaim != second.scopesClaim { members.append("claims.scopes") }
        if first.connections != second.connections { members.append("limits.connections") }
        if (first.ipConnects, first.ipFailedAuth) != (second.ipConnects, second.ipFailedAuth)
            || (first.failedAuthPenalty, first.ipMalformed) != (second.failedAuthPenalty, second.ipMalformed)
        {
            members.append("limits.ip")
        }
        if first.trustedProxies != second.trustedProxies { members.append("trusted_proxies") }
        if first.forwardedField != second.forwardedField { members.append("forwarded_field") }
        return members.isEmpty ? [] : [Self.settings("_global.yaml", .changed, file: "_global.yaml", members)]
    }

    private func moderationDifferences(from old: PolicyBundle) -> [PolicyDifference] {
        let (before, after) = (old.moderation.escalations, moderation.escalations)
        let ids = Set(before.map(\.id)).union(after.map(\.id)).sorted().filter { id in
            let (first, second) = (before.first { $0.id == id }, after.first { $0.id == id })
            guard let first, let second else { return true }
            return !first.says(second)
        }
        let name = ModerationSettings.fileName
        return ids.isEmpty ? [] : [Self.settings(name, .changed, file: name, ids.map { "escalation.\($0)" })]
    }

    private func apiDifferences(from old: PolicyBundle) -> [PolicyDifference] {
        let before = Dictionary(old.api.rules.map { ($0.id, $0) }) { first, _ in first }
        let after = Dictionary(api.rules.map { ($0.id, $0) }) { first, _ in first }
        var members = Set(before.keys).union(after.keys).sorted().filter { id in
            guard let first = before[id], let second = after[id] else { return true }
            return !first.says(second)
        }
        if old.api.idempotency != api.idempotency { members.append("idempotency") }
        let name = ApiPolicy.fileName
        return members.isEmpty ? [] : [Self.settings(name, .changed, file: name, members)]
    }

    private func settingsDifferences(from old: PolicyBundle) -> [PolicyDifference] {
        Set(old.namespaces.keys).union(namespaces.keys).sorted().compactMap { name in
            switch (old.namespaces[name], namespaces[name]) {
            case (.some(let first), .some(let second)):
                let members = second.settings.members(differingFrom: first.settings)
                return members.isEmpty ? nil : Self.settings(name, .changed, file: second.file, members)
            case (.some(let first), nil): return Self.settings(name, .removed, file: first.file)
            case (nil, .some(let second)): return Self.settings(name, .added, file: second.file)
            case (nil, nil): return nil
            }
        }
    }

    private static func difference(
        _ kind: PolicyDifference.Kind, _ rule: PolicyRule, _ members: [String] = []
    ) -> PolicyDifference {
        .init(
            kind: kind, name: rule.id, position: rule.position, what: "\(rule.section.rawValue) \(rule.effect.rawValue)", members: members)
    }

    private static func settings(
        _ name: String, _ kind: PolicyDifference.Kind, file: String, _ members: [String] = []
    ) -> PolicyDifference {
        .init(kind: kind, name: name, position: SourcePosition(file: file, line: 0, column: 0), what: "settings of", members: members)
    }
}

extension PolicyRule {
    fileprivate func members(differingFrom other: PolicyRule) -> [String] {
        let same: [(String, Bool)] = [
            ("namespace", namespace == other.namespace), ("section", section == other.section), ("effect", effect == other.effect),
            ("when", when == other.when), ("unless", unless == other.unless), ("mode", mode == other.mode), ("code", code == other.code),
            ("event", events == other.events), (section == .send ? "to" : section == .connect ? "namespace" : "room", rooms == other.rooms),
            ("room_at", roomAt == other.roomAt), ("joined", joined == other.joined), ("dto", dto == other.dto),
            ("max_bytes", maxBytes == other.maxBytes), ("rate", rate == other.rate), ("scope", roomsClaim == other.roomsClaim),
        ]
        return same.filter { !$0.1 }.map(\.0)
    }
}

extension NamespaceSettings {
    fileprivate func members(differingFrom other: NamespaceSettings) -> [String] {
        let same: [(String, Bool)] = [
            ("mode", mode == other.mode), ("transports", transports == other.transports), ("origin", origin == other.origin),
            ("rooms.max_per_connection", maxRoomsPerConnection == other.maxRoomsPerConnection), ("limits", limits == other.limits),
            ("token", token == other.token), ("send.approvals", approvals == other.approvals),
            ("errors", namesViolations == other.namesViolations), ("recovery", recovery == other.recovery),
            ("history", history == other.history), ("presence", presence == other.presence),
        ]
        return same.filter { !$0.1 }.map(\.0)
    }
}
