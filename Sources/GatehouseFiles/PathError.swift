#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Why a path cannot be followed or opened.
package struct PathError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The system's number (`errno`).
    package let number: Int32
    /// Where it happened: the path itself, or something on its way.
    package let path: String

    init(_ number: Int32, _ path: String) {
        self.number = number
        self.path = path
    }

    /// There is nothing at the path.
    package var isMissing: Bool { number == ENOENT }

    /// The system's text: `No such file or directory`.
    package var reason: String { unsafe strerror(number).map { unsafe String(cString: $0) } ?? "error \(number)" }

    package var description: String { "\(path): \(reason)" }
}
