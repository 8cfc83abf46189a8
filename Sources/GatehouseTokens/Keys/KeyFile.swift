package import GatehouseFiles

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Reads a key file whole, and only one that nobody else can change. What was judged is the file that was opened, not a path looked up a
/// second time.
package struct KeyFile: Sendable {
    /// The largest key file.
    package static let maximumBytes = 256 * 1024

    package let path: String
    /// The contents, wiped when released, since any key file may turn out to hold a secret.
    package let contents: SecretBytes
    /// Who else could read it.
    private let readers: [TrustFinding]

    package init(path: String, trust: TrustedFiles = TrustedFiles()) throws(TokenKeyError) {
        let file: OpenedPath
        do throws(PathError) {
            file = try trust.open(path, as: .file)
        } catch {
            throw Self.unreadable(path, "cannot be opened (\(error.path == path ? error.reason : error.description))")
        }
        guard file.isRegular else { throw Self.unreadable(path, "is not a regular file") }
        guard (1...Int64(Self.maximumBytes)).contains(file.identity.size) else {
            throw Self.unreadable(path, "is empty or larger than \(Self.maximumBytes / 1024) KiB")
        }
        guard file.findings.isEmpty else { throw TokenKeyError(.filePermissions, file.findings.text) }
        let descriptor = file.number
        var bytes = [UInt8](repeating: 0, count: Int(file.identity.size))
        defer { for index in bytes.indices { bytes[index] = 0 } }
        var filled = 0
        while filled < bytes.count {
            let count = unsafe bytes.withUnsafeMutableBytes {
                unsafe read(descriptor, $0.baseAddress?.advanced(by: filled), $0.count &- filled)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.unreadable(path, "changed while it was read") }
            filled &+= count
        }
        guard let contents = SecretBytes(bytes) else { throw Self.unreadable(path, "cannot be held in memory") }
        self.path = path
        self.contents = contents
        readers = file.secrecyFindings
    }

    /// Refuses a file with a secret in it that anyone but its owner, or a group of ours, may read (SEC-33).
    func requirePrivate() throws(TokenKeyError) {
        guard readers.isEmpty else { throw TokenKeyError(.filePermissions, readers.text) }
    }

    /// Whether a file that can be read holds a private key in PEM form.
    static func holdsPrivateKey(_ path: String) -> Bool {
        do throws(PathError) {
            let file = try TrustedFiles().open(path, as: .file)
            guard file.isRegular, let contents = SecretBytes(try file.bytes(atMost: maximumBytes)) else { return false }
            return KeyText.isPrivatePEM(contents)
        } catch {
            return false
        }
    }

    private static func unreadable(_ path: String, _ what: String) -> TokenKeyError {
        TokenKeyError(.fileUnreadable, "\(path) \(what)")
    }
}
