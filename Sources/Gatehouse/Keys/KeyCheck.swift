import GatehouseFiles
package import GatehousePolicy
import GatehouseTLS
import GatehouseTokens

/// Whether the key files that policies name are there and can be used, as a server asks at its start. Reading them blocks on the disk.
package struct KeyCheck {
    private let bundle: PolicyBundle
    private let root: String
    /// Files that a first start makes: they may be missing.
    private let made: [String]

    /// - Parameters:
    ///   - root: the directory that relative paths of key files start from.
    ///   - made: files that a first start makes, as policies name them.
    package init(_ bundle: PolicyBundle, root: String, made: [String] = []) {
        self.bundle = bundle
        self.root = root
        self.made = made
    }

    /// What a server would not start with, in the order of the issuers.
    package var findings: [PolicyFinding] {
        bundle.global.issuers.flatMap { issuer in
            problems(of: issuer).map { PolicyFinding(severity: .error, position: issuer.position, message: "issuer \(issuer.name): \($0)") }
        }
    }

    private func problems(of issuer: IssuerPolicy) -> [String] {
        do throws(TokenKeyError) {
            let configuration = try IssuerConfiguration(issuer, root: root)
            let missing = configuration.keys.compactMap(\.path).filter { SmallFile.identity(ofFile: $0) == nil }
            if !missing.isEmpty {
                return missing.filter { !(issuer.development && made.contains($0)) }.map {
                    "its key file \($0) is not there: put it there, or name another"
                }
            }
            _ = try IssuerSet([configuration])
            return []
        } catch {
            return [ErrorText.of(error)]
        }
    }
}
