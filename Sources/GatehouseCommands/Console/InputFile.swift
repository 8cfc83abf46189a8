import GatehouseFiles

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Reads a file, or standard input, whole and bounded.
enum InputFile {
    /// The largest input of a command: a token has at most 8 KiB, claims and checkpoints are small.
    static let limit = 4 << 20

    /// - Parameter status: the exit code if the file cannot be read.
    static func text(at path: String, failing status: ExitStatus = .badFiles) throws(CommandFailure) -> String {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw CommandFailure(status, "\(path) cannot be read: \(Console.reason(errno))") }
        defer { close(descriptor) }
        return try text(descriptor, path, status)
    }

    /// Reads a trusted file: refused if somebody else could change it.
    static func trusted(at path: String, failing status: ExitStatus) throws(CommandFailure) -> String {
        let findings = TrustedFiles().findings(path, as: .file)
        guard findings.isEmpty else { throw CommandFailure(status, findings.text) }
        return try text(at: path, failing: status)
    }

    static func standardInput() throws(CommandFailure) -> String { try text(STDIN_FILENO, "standard input", .badFiles) }

    /// Whether the file exists, of whatever kind.
    static func exists(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) == 0
    }

    private static func text(_ descriptor: Int32, _ name: String, _ status: ExitStatus) throws(CommandFailure) -> String {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = unsafe read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw CommandFailure(status, "\(name) cannot be read: \(Console.reason(errno))") }
            if count == 0 { break }
            bytes.append(contentsOf: chunk.prefix(count))
            guard bytes.count <= limit else { throw CommandFailure(status, "\(name) is larger than \(limit >> 20) MiB") }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw CommandFailure(status, "\(name) is not UTF-8 text") }
        return text
    }
}

extension String {
    /// Without white space at either end, as an editor or `echo` leaves it.
    var trimmed: String {
        let isBlank: (Character) -> Bool = { $0.isWhitespace }
        return String(drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }
}
