/// What changes from one bundle to another, for a reviewer (`policy diff`).
package struct PolicyDifference: Sendable, Equatable, CustomStringConvertible {
    package enum Kind: String, Sendable { case added, removed, changed }

    package let kind: Kind
    /// A rule's id, or a namespace.
    package let name: String
    package let position: SourcePosition
    /// What it is about, such as `send allow`.
    package let what: String

    package var description: String { "\(position): \(what) '\(name)' \(kind.rawValue)" }
}

/// A request whose decision changes from one bundle to another (`policy diff --replay`).
package struct PolicyReplayDifference: Sendable {
    package let request: PolicyRequest
    package let before: Decision.Effect
    package let after: Decision.Effect
    package let rule: String
}

/// A recorded request, to be decided again.
package struct PolicyRequest: Sendable {
    package var namespace: String
    package var subject: Subject
    package var action: PolicyAction
    /// Seconds since 1970.
    package var now: Int64

    package init(namespace: String, subject: Subject, action: PolicyAction, now: Int64) {
        self.namespace = namespace
        self.subject = subject
        self.action = action
        self.now = now
    }
}

extension PolicyBundle {
    /// The rules and settings that differ from an older bundle, by name. Where a rule stands does not matter.
    package func differences(from old: PolicyBundle) -> [PolicyDifference] {
        var differences: [PolicyDifference] = []
        let before = Dictionary(old.rules.map { ($0.id, $0) }) { first, _ in first }
        let after = Dictionary(rules.map { ($0.id, $0) }) { first, _ in first }
        for id in Set(before.keys).union(after.keys).sorted() {
            switch (before[id], after[id]) {
            case (nil, .some(let rule)): differences.append(Self.difference(.added, rule))
            case (.some(let rule), nil): differences.append(Self.difference(.removed, rule))
            case (.some(var first), .some(let second)):
                first.position = second.position
                if first != second { differences.append(Self.difference(.changed, second)) }
            case (nil, nil): break
            }
        }
        for name in Set(old.namespaces.keys).union(namespaces.keys).sorted() {
            let first = old.namespace(name), second = namespace(name)
            let kind: PolicyDifference.Kind
            switch (first, second) {
            case (nil, _): kind = .added
            case (_, nil): kind = .removed
            case (.some(let first), .some(let second)):
                guard first.settings != second.settings else { continue }
                kind = .changed
            }
            let file = second?.file ?? first?.file ?? ""
            differences.append(.init(kind: kind, name: name, position: SourcePosition(file: file, line: 0, column: 0), what: "settings of"))
        }
        return differences
    }

    private static func difference(_ kind: PolicyDifference.Kind, _ rule: PolicyRule) -> PolicyDifference {
        .init(kind: kind, name: rule.id, position: rule.position, what: "\(rule.section.rawValue) \(rule.effect.rawValue)")
    }

    /// The recorded requests that an older bundle decided otherwise. A namespace without a policy denies.
    package func replay(_ requests: [PolicyRequest], against old: PolicyBundle) -> [PolicyReplayDifference] {
        requests.compactMap { request in
            let before = old.decide(request), after = decide(request)
            guard before.decision.effect != after.decision.effect else { return nil }
            return .init(request: request, before: before.decision.effect, after: after.decision.effect, rule: after.rule)
        }
    }

    /// Decides one request from scratch. For tools; a session keeps its grants.
    package func decide(_ request: PolicyRequest) -> (decision: Decision, rule: String) {
        guard let policy = namespace(request.namespace) else { return (.unknownNamespace(generation: generation), "builtin.default") }
        let decision = policy.grants(for: request.subject).decide(request.action, now: request.now)
        return (decision, policy.ruleID(decision))
    }
}
