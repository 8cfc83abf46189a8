import GatehouseAudit
package import GatehouseFiles
import GatehousePolicy
import GatehouseTokens

/// Checks every trusted file before any is read, so that a person sees all findings at once. Each file is checked again when it is read, at
/// the start and at every reload.
package struct TrustCheck: Sendable {
    private let files: TrustedFiles

    package init(_ files: TrustedFiles = TrustedFiles()) { self.files = files }

    /// Policies, their tests, and the key files that they name.
    /// - Parameter root: the directory that relative paths of key files start from.
    package func findings(ofPolicies directory: String, root: String) -> [TrustFinding] {
        var found: [TrustFinding] = []
        for (directory, suffix) in [(directory, ".yaml"), (directory + "/tests", ".test.yaml")] {
            found += files.findings(directory, as: .directory)
            let names = (try? SystemFiles().names(in: directory)) ?? []
            for name in names.sorted() where name.hasSuffix(suffix) && !name.hasPrefix(".") {
                found += files.findings(directory + "/" + name, as: .file)
            }
        }
        // Loading the policies reports their own errors.
        let issuers = (try? PolicyBundle.load(directory: directory, options: .init(checkModes: false)))?.global.issuers ?? []
        for issuer in issuers {
            for source in (try? IssuerConfiguration(issuer, root: root))?.keys ?? [] { found += source.findings(files) }
        }
        return found.distinct
    }

    package func findings(ofCertificates configuration: Configuration) -> [TrustFinding] {
        var paths: [TrustedPath] = []
        if case .tls(let certificate, let key) = configuration.transport {
            paths += [TrustedPath(certificate, as: .file), TrustedPath(key, as: .secret)]
        }
        if let authorities = configuration.clientCertificates?.authorities { paths.append(TrustedPath(authorities, as: .file)) }
        if let authorities = configuration.api?.clientAuthorities { paths.append(TrustedPath(authorities, as: .file)) }
        return files.findings(paths)
    }

    package func findings(ofCluster configuration: Configuration) -> [TrustFinding] {
        var paths: [TrustedPath] = []
        if let password = configuration.cluster?.passwordFile { paths.append(TrustedPath(password, as: .secret)) }
        if let key = configuration.cluster?.keyFile { paths.append(TrustedPath(key, as: .secret)) }
        if let authorities = configuration.cluster?.authorities { paths.append(TrustedPath(authorities, as: .file)) }
        return files.findings(paths)
    }

    package func findings(ofAudit configuration: Configuration) -> [TrustFinding] {
        let names = (try? SystemFiles().names(in: configuration.audit)) ?? []
        return files.findings(
            [TrustedPath(configuration.audit, as: .directory)]
                + names.sorted().map { TrustedPath(configuration.audit + "/" + $0, as: $0.hasSuffix(".key") ? .secret : .file) })
    }
}

extension Application {
    /// The findings about the trusted files of a server that starts now. Blocks on the disk.
    package func trustFindings() -> [TrustFinding] {
        let files = TrustedFiles()
        let check = TrustCheck(files)
        let found =
            check.findings(ofPolicies: configuration.policies, root: configuration.root)
            + check.findings(ofCertificates: configuration) + check.findings(ofAudit: configuration)
            + check.findings(ofCluster: configuration) + stateful.flatMap { files.findings($0.trustedPaths) }
        return found.distinct
    }

    func refuseUntrustedFiles() throws(StartError) {
        let findings = trustFindings()
        guard findings.isEmpty else { throw StartError(code: .files, message: findings.text) }
    }
}
