import GatehouseFiles
import GatehouseTLS
import GatehouseTokens

/// The development files under `certs/`: an authority with a server certificate, and a key that signs tokens. Existing files are never
/// overwritten; half of a set is an error, since the other half would not fit it.
struct DevelopmentFiles {
    static let defaultDirectory = "certs"

    let directory: String

    private var tls: DevelopmentCertificates.Files { .init(directory: directory) }
    var authority: String { tls.authority }
    var authorityKey: String { tls.authorityKey }
    var certificate: String { tls.certificate }
    var certificateKey: String { tls.key }
    var tokenKey: String { directory + "/" + DevelopmentTokenKey.privateFileName }
    var tokenKeySet: String { directory + "/" + DevelopmentTokenKey.publicFileName }

    /// The authority and the server certificate, with their keys.
    var certificates: [String] { [authority, authorityKey, certificate, certificateKey] }

    var all: [String] { certificates + [tokenKey, tokenKeySet] }

    /// Makes the authority and the certificate unless they exist. Returns the new files.
    func makeCertificates(hosts: [String], now: Int64) throws -> [String] {
        try makeDirectory()
        let outcome =
            if hosts.isEmpty {
                try DevelopmentCertificates.create(in: directory, now: now)
            } else {
                try DevelopmentCertificates.create(in: directory, hosts: hosts, now: now)
            }
        guard case .created(let files) = outcome else { return [] }
        return [files.authority, files.authorityKey, files.certificate, files.key]
    }

    /// A key in a place where somebody else may replace it is worthless.
    private func makeDirectory() throws(CommandFailure) {
        try Directory.make(directory, mode: 0o755, orElse: .badFiles)
        let findings = TrustedFiles().findings(directory, as: .directory)
        guard findings.isEmpty else { throw CommandFailure(.badFiles, findings.text) }
    }

    /// Makes the key pair unless it exists. Returns the new files.
    func makeTokenKey() throws -> [String] {
        try makeDirectory()
        let present = [tokenKey, tokenKeySet].filter(InputFile.exists)
        switch present.count {
        case 2: return []
        case 0:
            let key = try DevelopmentTokenKey.create(in: directory)
            return [key.privateKeyPath, key.jwksPath]
        default:
            throw CommandFailure(
                .badFiles,
                "of the development token key only \(present.joined(separator: ", ")) exists: remove it, or restore the other file")
        }
    }
}
