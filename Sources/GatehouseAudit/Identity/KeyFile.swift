/// A file of 32 secret bytes, made at the first start and its owner's alone.
struct KeyFile {
    let path: String
    let files: any AuditFileSystem

    /// Throws `audit_key` when the file can be read or written by anyone but its owner, is a symbolic link, or has another size.
    func loadOrMake() throws(AuditError) -> [UInt8] {
        let bytes: [UInt8]
        let permissions: UInt32
        do throws(FileError) {
            permissions = try files.status(at: path).permissions
            let descriptor = try files.open(path, as: .read)
            defer { files.close(descriptor) }
            bytes = try files.read(descriptor, at: 0, count: 33)
        } catch {
            guard error.number == ErrorNumber.missing else {
                throw AuditError(.key, "the audit key \(path) cannot be read", cause: error)
            }
            return try make()
        }
        guard permissions & 0o077 == 0 else {
            throw AuditError(.key, "the audit key \(path) must be its owner's alone; run: chmod 600 \(path)")
        }
        guard bytes.count == 32 else {
            throw AuditError(.key, "the audit key \(path) has not 32 bytes; restore it, or move it away to have a new one made")
        }
        return bytes
    }

    private func make() throws(AuditError) -> [UInt8] {
        let bytes = try SHA256.random(32)
        do throws(FileError) {
            if let slash = path.lastIndex(of: "/"), slash != path.startIndex { try files.makeDirectory(String(path[..<slash])) }
            let descriptor = try files.open(path, as: .createSecret)
            defer { files.close(descriptor) }
            try files.writeAll(descriptor, bytes.span)
            try files.sync(descriptor, isDirectory: false)
        } catch {
            throw AuditError(.key, "the audit key \(path) cannot be made", cause: error)
        }
        return bytes
    }
}
