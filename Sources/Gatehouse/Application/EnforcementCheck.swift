package import GatehousePolicy

/// Policy settings that this version does not enforce. A server does not start with them, since it would not keep their promise.
package struct EnforcementCheck {
    let bundle: PolicyBundle
    /// The namespaces of moderation, which keeps to `scope` and `send.approvals`; `nil` if that is not known.
    let moderated: Set<String>?

    /// - Parameter catalogue: the routes of the program; `nil` if they are not known.
    package init(bundle: PolicyBundle, catalogue: RouteCatalogue?) {
        self.bundle = bundle
        moderated = catalogue?.moderated
    }

    private func isModerated(_ namespace: String) -> Bool { moderated?.contains(namespace) ?? true }

    /// In the order of file and line.
    package var unenforced: [PolicyError] {
        var found: [PolicyError] = []
        func report(_ setting: String, _ position: SourcePosition) {
            found.append(
                PolicyError(
                    .notSupported, at: position,
                    "\(setting) is for the events of staff, in the policy of /admin; nothing enforces it here: remove it"))
        }
        for policy in bundle.namespaces.values where !isModerated(policy.name) {
            for approval in policy.settings.approvals { report("'send.approvals' (four eyes)", approval.position) }
        }
        for rule in bundle.rules where rule.roomsClaim != nil && !isModerated(rule.namespace ?? "") {
            report("'scope.rooms_claim' of the rule '\(rule.id)'", rule.position)
        }
        return PolicyErrors(found).errors
    }
}

extension Application {
    func refuseUnenforced(_ bundle: PolicyBundle, _ catalogue: RouteCatalogue) throws(StartError) {
        let unenforced = EnforcementCheck(bundle: bundle, catalogue: catalogue).unenforced
        guard unenforced.isEmpty else {
            throw StartError(
                code: .policy, message: "the policies in \(configuration.policies) ask for what nothing enforces",
                cause: PolicyErrors(unenforced))
        }
    }
}
