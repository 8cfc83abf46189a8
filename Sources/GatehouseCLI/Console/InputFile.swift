#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Reads a file, or standard input, whole and bounded.
enum InputFile {
    /// The most that any command takes in: a token has 8 KiB at most, claims and checkpoints are small.
    static let limit = 4 << 20

    static func text(at path: String) throws(CommandFailure) -> String {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw CommandFailure(.badFiles, "\(path) cannot be read: \(Console.reason(errno))") }
        defer { close(descriptor) }
        return try text(descriptor, path)
    }

    static func standardInput() throws(CommandFailure) -> String { try text(STDIN_FILENO, "standard input") }

    /// Whether the file exists, of whatever kind.
    static func exists(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) == 0
    }

    private static func text(_ descriptor: Int32, _ name: String) throws(CommandFailure) -> String {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = unsafe read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw CommandFailure(.badFiles, "\(name) cannot be read: \(Console.reason(errno))") }
            if count == 0 { break }
            bytes.append(contentsOf: chunk.prefix(count))
            guard bytes.count <= limit else { throw CommandFailure(.badFiles, "\(name) is larger than \(limit >> 20) MiB") }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw CommandFailure(.badFiles, "\(name) is not UTF-8 text") }
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
