/// Role by event: whether a role may ever send an event. `policy matrix` writes it and tests hold to it.
///
/// A cell asks what a role *can* do when everything else favours it: other conditions, the room, membership and size are taken as holding in
/// allow rules; a deny rule counts only where it speaks of the role and nothing else. `anonymous` is somebody without a token.
package struct PolicyMatrix: Sendable, Equatable {
    package let namespace: String
    package let roles: [String]
    package let rows: [Row]

    package struct Row: Sendable, Equatable {
        package let event: String
        package let cells: [Decision.Effect]
    }

    /// As the `table` member of a test file.
    package var yaml: String {
        var text = "table:\n  roles: [\(roles.joined(separator: ", "))]\n  events:\n"
        for row in rows {
            let key =
                row.event.utf8.contains(UInt8(ascii: ":")) || row.event.utf8.contains(UInt8(ascii: "*")) ? "\"\(row.event)\"" : row.event
            text += "    \(key): [\(row.cells.map(\.rawValue).joined(separator: ", "))]\n"
        }
        return text
    }
}

extension PolicyBundle {
    /// The matrix of a namespace over the roles and the literal events that its rules speak of; nil for an unknown namespace.
    package func matrix(namespace: String) -> PolicyMatrix? {
        guard let policy = self.namespace(namespace) else { return nil }
        let own = rules.filter { $0.namespace == policy.name }
        var roles: Set<String> = []
        for condition in own.flatMap({ [$0.when, $0.unless] }) {
            roles.formUnion(condition?.roles?.anyOf ?? [])
            roles.formUnion(condition?.roles?.allOf ?? [])
        }
        let events = Set(own.filter { $0.section == .send }.flatMap(\.events).filter(\.isLiteral).map(\.description))
        let columns = ["anonymous"] + roles.sorted()
        return PolicyMatrix(
            namespace: namespace, roles: columns,
            rows: events.sorted().map { event in
                .init(event: event, cells: columns.map { matrixCell(namespace: namespace, role: $0, event: event) })
            })
    }

    func matrixCell(namespace: String, role: String, event: String) -> Decision.Effect {
        guard let policy = self.namespace(namespace) else { return .deny }
        let own = rules.filter { $0.namespace == policy.name }
        let connect = possible(own.filter { $0.section == .connect }, role)
        let send = possible(own.filter { $0.section == .send && $0.events.contains { $0.matches(event: event) } }, role)
        return connect && send ? .allow : .deny
    }

    private func possible(_ rules: [PolicyRule], _ role: String) -> Bool {
        rules.contains { rule in
            guard rule.effect == .allow, rule.section != .connect || role != "anonymous" || rule.when?.anonymous == true else {
                return false
            }
            return (rule.when?.maybe(role) ?? .yes) != .no && (rule.unless?.maybe(role) ?? .no) != .yes
        }
            && !rules.contains { rule in
                guard rule.effect == .deny, rule.mode != .warn, rule.mode != .report, rule.rooms.isEmpty, !rule.joined else { return false }
                return (rule.when?.maybe(role) ?? .yes) == .yes && (rule.unless?.maybe(role) ?? .no) == .no
            }
    }
}

private enum Possibility { case no, maybe, yes }

extension Condition {
    /// Whether it holds for a role, when nothing but the role is known.
    fileprivate func maybe(_ role: String) -> Possibility {
        if role == "anonymous" {
            if issuers != nil || roles != nil || scopes != nil || auth != nil || !claims.allSatisfy({ $0.exists == false }) { return .no }
            return ip == nil && transports == nil ? .yes : .maybe
        }
        if anonymous { return .no }
        if let roles {
            guard roles.anyOf?.containsBytes(of: role) ?? true, roles.allOf?.allSatisfy({ $0 == role }) ?? true else { return .no }
        }
        return issuers == nil && scopes == nil && claims.isEmpty && auth == nil && ip == nil && transports == nil ? .yes : .maybe
    }
}
