package import GatehousePolicy
import GatehouseTokens

/// The source of a server's policies, with all checks before they are put in force (POL-40).
package struct PolicySource: Sendable {
    /// The directory of the policy files.
    package let directory: String
    /// The directory that the paths in them are relative to.
    let root: String
    /// Whether development keys and relaxed modes are refused.
    let strict: Bool
    /// The routes of the mounted gateways.
    let catalogue: RouteCatalogue

    package init(directory: String, root: String = ".", strict: Bool = false, catalogue: RouteCatalogue) {
        self.directory = directory
        self.root = root
        self.strict = strict
        self.catalogue = catalogue
    }

    /// Checked policies, with the keys that change with them.
    struct Ready: Sendable {
        let activation: PolicyActivation
        /// The keys of its issuers, if they are new.
        let keys: KeyReading?
    }

    /// Reads, checks and tests the directory as it is now. Blocks on the disk: not for an event loop.
    func read(generation: UInt64, following current: PolicyBundle, force: Bool) throws(PolicyReloadError) -> Ready {
        let activation: PolicyActivation
        do {
            activation = try PolicyActivation.prepare(
                directory: directory, generation: generation, following: current, catalogue: catalogue, force: force)
        } catch {
            throw PolicyReloadError(.rejected, "the policies in \(directory) cannot be used", cause: error)
        }
        return try ready(activation, following: current)
    }

    /// The files of an earlier bundle, checked and tested again under a generation of their own.
    func revive(_ bundle: PolicyBundle, generation: UInt64, following current: PolicyBundle) throws(PolicyReloadError) -> Ready {
        let activation: PolicyActivation
        do {
            let names = catalogue.namespaces.mapValues { $0.map(\.event) }
            let revived = try PolicyBundle.load(
                files: bundle.sources, options: PolicyLoadOptions(generation: generation, eventNames: names))
            // It passed its tests when it was first put in force; the tests on disk belong to other files.
            activation = try PolicyActivation.judge(revived, [], following: current, catalogue: catalogue, force: true)
        } catch {
            throw PolicyReloadError(.rejected, "the earlier policies cannot be used any more", cause: error)
        }
        return try ready(activation, following: current)
    }

    private func ready(_ activation: PolicyActivation, following current: PolicyBundle) throws(PolicyReloadError) -> Ready {
        let bundle = activation.bundle
        let unenforced =
            EnforcementCheck(bundle: bundle, catalogue: catalogue).unenforced
            + RestartCheck(bundle: bundle, current: current).needed
        guard unenforced.isEmpty else {
            throw PolicyReloadError(.rejected, "the policies in \(directory) cannot be used", cause: PolicyErrors(unenforced))
        }
        var keys: KeyReading?
        if bundle.global.issuers != current.global.issuers {
            do {
                keys = try KeyReading(bundle, root: root)
            } catch {
                throw PolicyReloadError(.rejected, "token keys cannot be used", cause: error)
            }
        }
        if strict {
            var check = StrictCheck(policies: directory, bundle: bundle)
            check.developmentKeys = keys?.issuers.namesWithDevelopmentKeys ?? []
            guard check.objections.isEmpty else { throw PolicyReloadError(.rejected, check.objections.joined(separator: "\n")) }
        }
        return Ready(activation: activation, keys: keys)
    }
}
