#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Names for the system's error numbers.
package enum ErrorNumber {
    package static let interrupted = EINTR
    package static let noSpace = ENOSPC
    package static let readOnly = EROFS
    package static let input = EIO
    package static let exists = EEXIST
    package static let wouldBlock = EWOULDBLOCK
    package static let missing = ENOENT

    package static var current: Int32 { errno }

    package static func text(_ number: Int32) -> String {
        // strerror is not thread-safe and strerror_r differs between systems; these are the ones that matter here.
        let known: [Int32: String] = [
            EINTR: "interrupted", ENOSPC: "no space left on the device", EROFS: "read-only file system", EIO: "input/output error",
            EEXIST: "exists already", EWOULDBLOCK: "locked by another", ENOENT: "no such file or directory", EACCES: "permission denied",
            ELOOP: "is a symbolic link", ENOTDIR: "not a directory", EMFILE: "too many open files", EDQUOT: "quota exceeded",
            EPERM: "not permitted", EBADF: "not open", EISDIR: "is a directory", EFBIG: "file too large",
        ]
        return known[number] ?? "error \(number)"
    }
}
