extension AuditFileSystem {
    /// Writes all of `bytes`, however often that takes.
    func writeAll(_ descriptor: Int32, _ bytes: Span<UInt8>) throws(FileError) {
        var done = 0
        while done < bytes.count {
            do throws(FileError) {
                let written = try write(descriptor, bytes.extracting(done..<bytes.count))
                guard written > 0 else { throw FileError(operation: "write", path: "", number: ErrorNumber.input) }
                done += written
            } catch {
                guard error.number == ErrorNumber.interrupted else { throw error }
            }
        }
    }
}
