/// A file of 32 secret bytes, made at the first start and its owner's alone.
struct KeyFile {
    let path: String
    let files: any AuditFileSystem

    /// Throws `audit_key` when the file can be read or written by anyone but its owner, is a symbolic link, or has another size.
    func loadOrMake() throws(AuditError) -> [UInt8] {
        if let bytes = try load() { return bytes }
        return try make()
    }

    /// `nil` when there is none.
    private func load() throws(AuditError) -> [UInt8]? {
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
            return nil
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
            try write(bytes)
            return bytes
        } catch {
            // Another start was quicker: its key is the one.
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
