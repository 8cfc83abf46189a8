import COpenSSL
import GatehouseFiles

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What `fstat` says of a file, as far as a reload needs it.
package struct FileIdentity: Sendable, Hashable {
    var device: UInt64
    var inode: UInt64
    var size: Int64
    var changedSeconds: Int64
    var changedNanoseconds: Int64
    /// Who may read it decides whether it is taken, and changes no other time than that of the inode.
    var mode: UInt32
    var inodeChangedSeconds: Int64
    var inodeChangedNanoseconds: Int64
}

/// Reads small files whole, and only those that nobody else can change. Checks are made on the open descriptor, so that the file checked is
/// the file read.
package enum SmallFile {
    /// A certificate chain or key is never near this.
    static let limit = 1 << 20

    /// Reads a file that only its owner may read.
    package static func readSecret(_ path: String) throws(TLSError) -> [UInt8] { try read(path, isSecret: true) }

    /// - Parameter isSecret: the file is also refused when others may read it.
    static func read(_ path: String, isSecret: Bool, trust: TrustedFiles = TrustedFiles()) throws(TLSError) -> [UInt8] {
        let file: OpenedPath
        do throws(PathError) {
            file = try trust.open(path, as: isSecret ? .secret : .file)
        } catch {
            throw TLSError(
                .fileUnreadable, "\(path) cannot be opened: \(error.reason).",
                cause: error.path == path || error.path.hasSuffix("/" + path) ? nil : error)
        }
        guard file.isRegular else { throw TLSError(.fileUnreadable, "\(path) is not a regular file.") }
        guard file.findings.isEmpty else { throw TLSError(isSecret ? .keyFileMode : .fileNotTrusted, file.findings.text) }
        guard file.identity.size <= limit else {
            throw TLSError(.fileUnreadable, "\(path) is larger than \(limit) bytes: it is no PEM file of a key or certificate chain.")
        }
        return try readAll(file.number, path)
    }

    /// The file's identity without reading it; `nil` when it cannot be examined.
    package static func identity(ofFile path: String) -> FileIdentity? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        return identity(of: status)
    }

    /// Overwrites bytes that were secret before their memory is given back.
    static func wipe(_ bytes: inout [UInt8]) {
        let count = bytes.count
        unsafe OPENSSL_cleanse(&bytes, count)
    }

    private static func readAll(_ descriptor: Int32, _ path: String) throws(TLSError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 8192)
        defer { wipe(&chunk) }
        while bytes.count <= limit {
            let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw TLSError(.fileUnreadable, "\(path) cannot be read: \(errorText(errno)).") }
            if count == 0 { return bytes }
            bytes.append(contentsOf: chunk.prefix(count))
        }
        throw TLSError(.fileUnreadable, "\(path) grew beyond \(limit) bytes while it was read.")
    }

    private static func identity(of status: stat) -> FileIdentity {
        #if canImport(Darwin)
            let (changed, inodeChanged) = (status.st_mtimespec, status.st_ctimespec)
        #else
            let (changed, inodeChanged) = (status.st_mtim, status.st_ctim)
        #endif
        return FileIdentity(
            device: UInt64(truncatingIfNeeded: status.st_dev),
            inode: UInt64(truncatingIfNeeded: status.st_ino),
            size: Int64(status.st_size),
            changedSeconds: Int64(changed.tv_sec),
            changedNanoseconds: Int64(changed.tv_nsec),
            mode: UInt32(truncatingIfNeeded: status.st_mode),
            inodeChangedSeconds: Int64(inodeChanged.tv_sec),
            inodeChangedNanoseconds: Int64(inodeChanged.tv_nsec)
        )
    }
}

/// The system's text for an `errno` value.
func errorText(_ number: Int32) -> String {
    unsafe strerror(number).map { unsafe String(cString: $0) } ?? "error \(number)"
}
