/// The rule for trusted files: nobody but root and our own user may change the file, or replace it or a directory on its way. Pure: it
/// judges the components that `PathWalk` has found.
///
/// It judges what another user of the machine could really do:
/// - Nobody writes to a volume that is mounted read-only, regardless of owners and modes (ConfigMaps, Secrets).
/// - In a sticky directory everybody may create files, and nobody may replace those of others. That does not help if the directory itself
///   is trusted, since a new file in it would be trusted too.
/// - A group may write if it is one of our own, or root's, and has no other members (`fsGroup`). Root does not count as another member.
///   `/etc/passwd` and `/etc/group` name the members.
/// - The owner of a file can gain every right, whatever the mode says.
///
/// A group of ours may read a secret, even with other members (`fsGroup`, Debian's `ssl-cert`). Everyone must not.
package struct PathTrust: Sendable {
    package let process: ProcessIdentity

    package init(_ process: ProcessIdentity) { self.process = process }

    /// The flaws of a path, in the order of its components.
    /// - Parameter components: the root, every directory and link on the way, and the target at the end. If the target does not exist yet,
    ///   the directories are judged.
    package func findings(_ components: [PathComponent], as use: PathUse) -> [TrustFinding] {
        var found: [TrustFinding] = []
        for (index, component) in components.enumerated() {
            let isLast = index == components.count - 1
            let container = component.container.flatMap { components.indices.contains($0) ? components[$0] : nil }
            let flaws = flaws(of: component, in: container, isLast ? use : nil)
            if !flaws.isEmpty { found.append(TrustFinding(path: component.path, flaws: flaws.map(text), remedy: remedy(component, flaws))) }
        }
        return found.distinct
    }

    /// The flaws of a secret's file itself. For callers that learn only from the contents that it is a secret.
    package func secrecyFindings(of file: PathComponent) -> [TrustFinding] {
        let flaws = readers(of: file)
        return flaws.isEmpty ? [] : [TrustFinding(path: file.path, flaws: flaws.map(text), remedy: remedy(file, flaws))]
    }

    // MARK: Flaws

    private enum Right { case write, read }

    private enum Flaw: Equatable {
        case owner(UInt32)
        case everyone(Right)
        /// `others`: who else is in the group; empty if it is none of ours.
        case group(UInt32, Right, others: [String])
        /// Named in an access control list.
        case listed(String, Right)
    }

    /// - Parameter use: `nil` for what is only on the way.
    private func flaws(of component: PathComponent, in container: PathComponent?, _ use: PathUse?) -> [Flaw] {
        var flaws: [Flaw] = []
        if component.kind == .link {
            // A link is never changed, only replaced, in a sticky directory by its owner alone.
            if let container, container.isSticky, !container.isReadOnly, !isTrusted(component.owner), !writers(of: container).isEmpty {
                flaws.append(.owner(component.owner))
            }
        } else if !component.isReadOnly {
            if !isTrusted(component.owner) { flaws.append(.owner(component.owner)) }
            let isExcused = component.isSticky && use == nil
            if !isExcused { flaws += writers(of: component) }
        }
        if use == .secret, component.kind == .file { flaws += readers(of: component) }
        return flaws
    }

    private func isTrusted(_ owner: UInt32) -> Bool { owner == 0 || owner == process.user }

    /// Who may write by mode or list.
    private func writers(of component: PathComponent) -> [Flaw] {
        var flaws: [Flaw] = []
        if component.mode & 0o002 != 0 { flaws.append(.everyone(.write)) }
        if groupRights(component) & 0o2 != 0, let flaw = groupWriting(component.group) { flaws.append(flaw) }
        for entry in component.accessList?.users ?? [] where entry.rights & 0o2 != 0 && !isTrusted(entry.id) {
            flaws.append(.listed("user " + userName(entry.id), .write))
        }
        for entry in component.accessList?.groups ?? [] where entry.rights & 0o2 != 0 && groupWriting(entry.id) != nil {
            flaws.append(.listed("group " + groupName(entry.id), .write))
        }
        return flaws
    }

    private func groupWriting(_ group: UInt32) -> Flaw? {
        guard group == 0 || process.groups.contains(group) else { return .group(group, .write, others: []) }
        let others = process.accounts.others(inGroup: group, than: process.user)
        return others.isEmpty ? nil : .group(group, .write, others: others)
    }

    private func readers(of component: PathComponent) -> [Flaw] {
        var flaws: [Flaw] = []
        if component.mode & 0o004 != 0 { flaws.append(.everyone(.read)) }
        if groupRights(component) & 0o4 != 0, !process.groups.contains(component.group) {
            flaws.append(.group(component.group, .read, others: []))
        }
        for entry in component.accessList?.users ?? [] where entry.rights & 0o4 != 0 && !isTrusted(entry.id) {
            flaws.append(.listed("user " + userName(entry.id), .read))
        }
        for entry in component.accessList?.groups ?? [] where entry.rights & 0o4 != 0 && !process.groups.contains(entry.id) {
            flaws.append(.listed("group " + groupName(entry.id), .read))
        }
        return flaws
    }

    private func groupRights(_ component: PathComponent) -> UInt32 {
        component.accessList?.owningGroup ?? component.mode >> 3 & 0o7
    }

    // MARK: Words

    private func userName(_ id: UInt32) -> String { process.accounts.name(ofUser: id).map { "\($0) (uid \(id))" } ?? "uid \(id)" }

    private func groupName(_ id: UInt32) -> String { process.accounts.name(ofGroup: id).map { "\($0) (gid \(id))" } ?? "gid \(id)" }

    private func text(_ flaw: Flaw) -> String {
        switch flaw {
        case .owner(let id): "belongs to \(userName(id))"
        case .everyone(.write): "can be changed by everyone"
        case .everyone(.read): "holds a secret and can be read by everyone"
        case .group(let id, .write, let others) where others.isEmpty:
            "can be changed by group \(groupName(id)), of which the server is no member"
        case .group(let id, .write, let others):
            "can be changed by group \(groupName(id)), and \(others.prefix(3).joined(separator: ", ")) is in it too"
        case .group(let id, .read, _): "holds a secret and can be read by group \(groupName(id)), of which the server is no member"
        case .listed(let who, .write): "can be changed by \(who), by its access control list"
        case .listed(let who, .read): "holds a secret and can be read by \(who), by its access control list"
        }
    }

    private func remedy(_ component: PathComponent, _ flaws: [Flaw]) -> String {
        let path = ShellWord.quoted(component.path)
        let own = process.accounts.name(ofUser: process.user) ?? (process.user == 0 ? "root" : String(process.user))
        var commands: [String] = []
        if flaws.contains(where: { if case .owner = $0 { true } else { false } }) {
            commands.append("chown \(component.kind == .link ? "-h " : "")\(own) \(path)")
        }
        if flaws.contains(where: { if case .listed = $0 { true } else { false } }) { commands.append("setfacl -b \(path)") }
        if let change = modeChange(component, flaws) { commands.append("chmod \(change) \(path)") }
        return commands.joined(separator: " && ")
    }

    private func modeChange(_ component: PathComponent, _ flaws: [Flaw]) -> String? {
        let everyone = flaws.contains { if case .everyone = $0 { true } else { false } }
        let group = flaws.contains { if case .group = $0 { true } else { false } }
        guard everyone || group else { return nil }
        let whose = (group ? "g" : "") + (everyone ? "o" : "")
        let isRead = flaws.contains { flaw in
            switch flaw {
            case .everyone(.read), .group(_, .read, _): true
            default: false
            }
        }
        guard isRead else { return whose + "-w" }
        // Nobody else needs access to our own file; root's file may be read by a group of ours.
        return component.owner == process.user ? "600" : whose + "-rwx"
    }
}
