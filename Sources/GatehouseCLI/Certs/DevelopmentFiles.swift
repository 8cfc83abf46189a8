import GatehouseTLS
import GatehouseTokens

/// What a developer's machine needs under `certs/`: an authority with a server certificate, and a key that signs tokens.
/// A file that exists is never overwritten; half of a set is an error, since the other half would not fit it.
struct DevelopmentFiles {
    static let defaultDirectory = "certs"

    let directory: String

    private var certificates: DevelopmentCertificates.Files { .init(directory: directory) }
    var authority: String { certificates.authority }
    var authorityKey: String { certificates.authorityKey }
    var certificate: String { certificates.certificate }
    var certificateKey: String { certificates.key }
    var tokenKey: String { directory + "/" + DevelopmentTokenKey.privateFileName }
    var tokenKeySet: String { directory + "/" + DevelopmentTokenKey.publicFileName }

    var all: [String] { [authority, authorityKey, certificate, certificateKey, tokenKey, tokenKeySet] }

    /// Makes the authority and the certificate unless they are there. Gives what was made.
    func makeCertificates(hosts: [String], now: Int64) throws -> [String] {
        try Directory.make(directory, mode: 0o755, orElse: .badFiles)
        let outcome =
            if hosts.isEmpty {
                try DevelopmentCertificates.create(in: directory, now: now)
            } else {
                try DevelopmentCertificates.create(in: directory, hosts: hosts, now: now)
            }
        guard case .created(let files) = outcome else { return [] }
        return [files.authority, files.authorityKey, files.certificate, files.key]
    }

    /// Makes the key pair unless it is there. Gives what was made.
    func makeTokenKey() throws -> [String] {
        try Directory.make(directory, mode: 0o755, orElse: .badFiles)
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
