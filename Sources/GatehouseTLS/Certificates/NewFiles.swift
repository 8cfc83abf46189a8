#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Files that are made together. Each appears under its name whole or not at all, and never in place of another one.
final class NewFiles {
    private var made: [String] = []

    func write(_ bytes: [UInt8], to path: String) throws(TLSError) {
        try place(bytes, at: path, mode: 0o644)
    }

    /// As `write`, for its owner only; the bytes are wiped afterwards.
    func writeSecret(_ bytes: consuming [UInt8], to path: String) throws(TLSError) {
        var secret = bytes
        defer { SmallFile.wipe(&secret) }
        try place(secret, at: path, mode: 0o600)
    }

    /// Takes back what was made, when the set cannot be completed.
    func removeAll() {
        for path in made { _ = unsafe unlink(path) }
        made = []
    }

    private func place(_ bytes: [UInt8], at path: String, mode: mode_t) throws(TLSError) {
        let temporary = "\(path).\(getpid()).new"
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw failure("created", temporary) }
        defer { _ = unsafe unlink(temporary) }
        do throws(TLSError) {
            try writeAll(bytes, to: descriptor, temporary)
        } catch {
            _ = close(descriptor)
            throw error
        }
        // The mode again: the process's mask may have taken bits away that a certificate should have.
        guard fchmod(descriptor, mode) == 0, fsync(descriptor) == 0 else {
            let error = failure("written", temporary)
            _ = close(descriptor)
            throw error
        }
        guard close(descriptor) == 0 else { throw failure("written", temporary) }
        // A rename would replace a file that appeared meanwhile; a link refuses to.
        guard unsafe link(temporary, path) == 0 else { throw failure("created", path) }
        made.append(path)
    }

    private func writeAll(_ bytes: [UInt8], to descriptor: Int32, _ path: String) throws(TLSError) {
        var offset = 0
        while offset < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress?.advanced(by: offset), bytes.count - offset)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw failure("written", path) }
            offset += count
        }
    }

    private func failure(_ verb: String, _ path: String) -> TLSError {
        TLSError(.fileNotWritable, "\(path) cannot be \(verb): \(errorText(errno)).")
    }
}
