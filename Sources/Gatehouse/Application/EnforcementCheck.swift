package import GatehousePolicy

/// Settings that a policy file may hold and that no part of this version acts on. A server that ran with them would promise what it does
/// not keep, so it does not start.
package struct EnforcementCheck {
    let bundle: PolicyBundle

    package init(bundle: PolicyBundle) { self.bundle = bundle }

    /// In the order of file and line.
    package var unenforced: [PolicyError] {
        var found: [PolicyError] = []
        func report(_ setting: String, _ position: SourcePosition) {
            found.append(PolicyError(.notSupported, at: position, "\(setting) is not enforced by this version: remove it"))
        }
        for policy in bundle.namespaces.values {
            for approval in policy.settings.approvals { report("'send.approvals' (four eyes)", approval.position) }
        }
        for rule in bundle.rules where rule.roomsClaim != nil { report("'scope.rooms_claim' of the rule '\(rule.id)'", rule.position) }
        return PolicyErrors(found).errors
    }
}

extension Application {
    func refuseUnenforced(_ bundle: PolicyBundle) throws(StartError) {
        let unenforced = EnforcementCheck(bundle: bundle).unenforced
        guard unenforced.isEmpty else {
            throw StartError(
                code: .policy, message: "the policies in \(configuration.policies) ask for what nothing enforces",
                cause: PolicyErrors(unenforced))
        }
    }
}
