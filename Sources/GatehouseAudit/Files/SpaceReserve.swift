/// Blocks kept aside so that the last records can be written to a full volume (AUD-14).
struct SpaceReserve: Sendable {
    static let name = "audit.reserve"

    let path: String
    let size: Int
    let files: any AuditFileSystem

    /// Makes the reserve, or says that it is there.
    func make() throws(FileError) {
        guard size > 0 else { return }
        if let there = try? files.status(at: path), there.size >= size { return }
        try? files.remove(path)
        let descriptor = try files.open(path, as: .create)
        defer { files.close(descriptor) }
        do {
            try files.allocate(descriptor, size: size)
        } catch {
            // A partial reserve is useless, and would hold the space that the log needs.
            try? files.remove(path)
            throw error
        }
    }

    /// Gives the blocks back to the volume. `false` when there was nothing to give.
    func spend() -> Bool {
        do {
            try files.remove(path)
            return true
        } catch {
            return false
        }
    }
}
