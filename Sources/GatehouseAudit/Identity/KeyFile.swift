import GatehouseFiles

/// A file of 32 secret bytes, made at the first start and its owner's alone.
struct KeyFile {
    let path: String
    let files: any AuditFileSystem

    /// Throws `audit_key` when others could read or change the file, or it is a symbolic link, or has another size.
    func loadOrMake() throws(AuditError) -> [UInt8] {
        if let bytes = try load() { return bytes }
        return try make()
    }

    /// `nil` when there is none.
    private func load() throws(AuditError) -> [UInt8]? {
        let bytes: [UInt8]
        let findings: [TrustFinding]
        let isSame: Bool
        do throws(FileError) {
            let descriptor = try files.open(path, as: .read)
            defer { files.close(descriptor) }
            bytes = try files.read(descriptor, at: 0, count: 33)
            findings = files.findings(at: path, as: .secret)
            isSame = try files.status(at: path).inode == files.status(of: descriptor).inode
        } catch {
            guard error.number == ErrorNumber.missing else {
                throw AuditError(.key, "the audit key \(path) cannot be read", cause: error)
            }
            return nil
        }
        guard findings.isEmpty else { throw AuditError(.key, findings.text) }
        // Checked and read through one descriptor.
        guard isSame else { throw AuditError(.key, "the audit key \(path) was replaced while it was read: start again") }
        guard bytes.count == 32 else {
            throw AuditError(.key, "the audit key \(path) has not 32 bytes; restore it, or move it away to have a new one made")
        }
        return bytes
    }

    private func make() throws(AuditError) -> [UInt8] {
        let bytes = try SHA256.random(32)
        do throws(FileError) {
            if let slash = path.lastIndex(of: "/"), slash != path.startIndex { try files.makeDirectory(String(path[..<slash])) }
            try write(bytes)
            return bytes
        } catch {
            // Another start was quicker: use its key.
            if error.number == ErrorNumber.exists, let theirs = try load() { return theirs }
            throw AuditError(.key, "the audit key \(path) cannot be made", cause: error)
        }
    }

    /// Written aside, and given its name only when it is whole: a start that is killed meanwhile blocks no later one.
    private func write(_ bytes: [UInt8]) throws(FileError) {
        let draft = "\(path).\(ULIDGenerator.shared.next()).new"
        let descriptor = try files.open(draft, as: .createSecret)
        defer { try? files.remove(draft) }
        defer { files.close(descriptor) }
        try files.writeAll(descriptor, bytes.span)
        try files.sync(descriptor, isDirectory: false)
        try files.link(draft, to: path)
    }
}
