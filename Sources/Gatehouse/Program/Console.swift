#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Standard output and standard error, a line at a time and never held back in a buffer.
package enum Console {
    /// Prints a line made of our own words, or of text that `TerminalText` has made safe.
    package static func line(_ text: String = "") throws(CommandFailure) {
        guard write(text + "\n", to: STDOUT_FILENO) else {
            throw CommandFailure(.refused, "standard output cannot be written: \(reason(errno))")
        }
    }

    /// Tells what went wrong. Nothing can be done when even that fails.
    package static func complain(_ text: String) { _ = write(TerminalText.safe(text, keepingLines: true) + "\n", to: STDERR_FILENO) }

    package static func warn(_ text: String) { complain("warning: " + text) }

    /// The system's text for an `errno` value.
    package static func reason(_ number: Int32) -> String {
        unsafe strerror(number).map { unsafe String(cString: $0) } ?? "error \(number)"
    }

    /// Writes all of it, however many calls that takes.
    /// - Returns: whether that went well; if not, `errno` says why.
    package static func write(_ text: String, to descriptor: Int32) -> Bool {
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { raw in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: raw.dropFirst(written))
                return unsafe systemWrite(descriptor, rest.baseAddress, rest.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            written += count
        }
        return true
    }

    private static func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
        #if canImport(Glibc)
            unsafe Glibc.write(descriptor, bytes, count)
        #else
            unsafe Darwin.write(descriptor, bytes, count)
        #endif
    }
}
