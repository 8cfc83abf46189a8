#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The environment of the process.
enum Environment {
    static func value(_ name: String) -> String? { unsafe getenv(name).map { unsafe String(cString: $0) } }

    /// The name of the process's user.
    static var loginName: String? {
        guard let entry = unsafe getpwuid(getuid()), let name = unsafe entry.pointee.pw_name else { return nil }
        let text = unsafe String(cString: name)
        return text.isEmpty ? nil : text
    }
}
