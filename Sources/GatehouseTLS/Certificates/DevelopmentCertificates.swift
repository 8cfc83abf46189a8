/// Certificates for a developer's own machine: an authority of their own, and a server certificate that it signed.
///
/// All ECDSA on P-256, as a storm of reconnects is bound by the cost of signing. They are marked in their subject, so that
/// `gatehouse serve --strict` can refuse them.
package enum DevelopmentCertificates {
    /// The organisation in subject and issuer of every certificate made here.
    package static let organisationMark = "Gatehouse development, not for production"
    /// Mozilla's profiles and browsers accept no more than a year and a month; a year is enough.
    package static let leafDays = 365
    package static let authorityDays = 3650

    /// Where the four files of a directory are.
    package struct Files: Sendable, Hashable {
        package let authority: String
        package let authorityKey: String
        /// The server's certificate alone: its authority is a root, which clients have or do not trust, so it is not sent.
        package let certificate: String
        package let key: String

        package init(directory: String) {
            authority = directory + "/dev-ca.pem"
            authorityKey = directory + "/dev-ca-key.pem"
            certificate = directory + "/server.pem"
            key = directory + "/server-key.pem"
        }

        var all: [String] { [authority, authorityKey, certificate, key] }
    }

    package enum Outcome: Sendable, Hashable {
        case created(Files)
        /// All four files were there; none was touched.
        case kept(Files)
    }

    /// Makes the four files, or keeps them all: a file that exists is never overwritten. Blocks on the disk.
    ///
    /// - Parameters:
    ///   - directory: exists already.
    ///   - hosts: names and IP addresses that the server certificate is for.
    ///   - now: seconds since 1970.
    /// - Throws: `filesIncomplete` when only some of the files exist.
    package static func create(
        in directory: String, hosts: [String] = ["localhost", "127.0.0.1", "::1"], now: Int64
    ) throws(TLSError) -> Outcome {
        let files = Files(directory: directory)
        let present = files.all.filter { SmallFile.identity(ofFile: $0) != nil }
        if present.count == files.all.count { return .kept(files) }
        guard present.isEmpty else {
            throw TLSError(
                .filesIncomplete,
                "Of the development certificates only \(present.joined(separator: ", ")) exist. Remove them, or restore the others."
            )
        }
        let authorityKey = try PrivateKey.generateP256()
        let authority = try CertificateTemplate.authority(now: now).selfSigned(by: authorityKey)
        let key = try PrivateKey.generateP256()
        let leaf = try CertificateTemplate.server(hosts: hosts, now: now).issue(for: key, signedBy: authority, key: authorityKey)

        let set = NewFiles()
        do throws(TLSError) {
            try set.writeSecret(try authorityKey.pem(), to: files.authorityKey)
            try set.write(try authority.pem(), to: files.authority)
            try set.writeSecret(try key.pem(), to: files.key)
            // Last, as it is the file whose presence says that the set is ready.
            try set.write(try leaf.pem(), to: files.certificate)
        } catch {
            set.removeAll()
            throw error
        }
        return .created(files)
    }

    /// Those of some names and IP addresses that the first certificate of a PEM file is not for. Blocks on the disk.
    package static func hosts(_ hosts: [String], notNamedBy certificatePath: String) throws(TLSError) -> [String] {
        let chain = try CertificateChain.parse(pem: try SmallFile.read(certificatePath, isSecret: false), name: certificatePath)
        var missing: [String] = []
        for host in hosts where !chain.leafNames(host) { missing.append(host) }
        return missing
    }

    /// Whether the first certificate of a PEM file was made here.
    package static func isDevelopment(certificatePath: String) throws(TLSError) -> Bool {
        let text = try SmallFile.read(certificatePath, isSecret: false)
        return try CertificateChain.parse(pem: text, name: certificatePath).leafSummary()?.isDevelopment ?? false
    }
}
