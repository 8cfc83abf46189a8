#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Reads the files of a policies directory, and refuses what others may write (POL-23).
enum PolicyDirectory {
    /// The most files a directory may hold.
    private static let maximumEntries = 1_024

    /// The `.yaml` files directly in a directory, by name. Mistakes go to `diagnostics`.
    static func read(_ path: String, suffix: String, checkModes: Bool, label: String = "", _ diagnostics: Diagnostics) -> [PolicyFile] {
        let place = SourcePosition(file: label.isEmpty ? path : label, line: 0, column: 0)
        guard let directory = unsafe opendir(path) else {
            diagnostics.report(.unreadable, at: place, "the directory cannot be read: \(reason())")
            return []
        }
        defer { unsafe closedir(directory) }
        if checkModes, let mode = mode(of: unsafe dirfd(directory)), mode & 0o022 != 0 {
            diagnostics.report(.mode, at: place, "the directory may be written by its group or others: chmod go-w \(path)")
        }
        var names: [String] = []
        while let name = unsafe nextName(in: directory) {
            if name.hasPrefix(".") { continue }
            if name.hasSuffix(".yml") {
                diagnostics.report(
                    .value, at: SourcePosition(file: label + name, line: 0, column: 0),
                    "policy files end in .yaml: rename it, or move it away")
            }
            guard name.hasSuffix(suffix) else { continue }
            names.append(name)
            guard names.count <= maximumEntries else {
                diagnostics.report(.tooLarge, at: place, "more than \(maximumEntries) policy files")
                return []
            }
        }
        let descriptor = unsafe dirfd(directory)
        return names.sorted().compactMap { file(descriptor, $0, checkModes: checkModes, label: label, diagnostics) }
    }

    private static func nextName(in directory: OpaquePointer) -> String? {
        guard let entry = unsafe readdir(directory) else { return nil }
        var field = unsafe entry.pointee.d_name
        return unsafe withUnsafeBytes(of: &field) { raw in unsafe String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self) }
    }

    private static func file(_ directory: Int32, _ name: String, checkModes: Bool, label: String, _ diagnostics: Diagnostics) -> PolicyFile?
    {
        let place = SourcePosition(file: label + name, line: 0, column: 0)
        let descriptor = unsafe openat(directory, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            diagnostics.report(.unreadable, at: place, "the file cannot be read: \(reason())")
            return nil
        }
        defer { close(descriptor) }
        guard let mode = mode(of: descriptor), mode & S_IFMT == S_IFREG else {
            diagnostics.report(.unreadable, at: place, "not a regular file: remove it, or rename it so that it does not end in .yaml")
            return nil
        }
        if checkModes, mode & 0o022 != 0 {
            diagnostics.report(.mode, at: place, "the file may be written by its group or others: chmod go-w \(label + name)")
        }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 * 1_024)
        while bytes.count <= YAMLReader.maximumBytes {
            let count = unsafe chunk.withUnsafeMutableBytes { buffer in unsafe systemRead(descriptor, buffer.baseAddress, buffer.count) }
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                diagnostics.report(.unreadable, at: place, "the file cannot be read: \(reason())")
                return nil
            }
            bytes.append(contentsOf: chunk[..<count])
        }
        return PolicyFile(name: label + name, bytes: bytes)
    }

    private static func mode(of descriptor: Int32) -> mode_t? {
        var information = stat()
        return unsafe fstat(descriptor, &information) == 0 ? information.st_mode : nil
    }

    private static func reason() -> String {
        unsafe strerror(errno).map { unsafe String(cString: $0) } ?? "error \(errno)"
    }
}

private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    unsafe read(descriptor, buffer, count)
}

extension PolicyFile {
    /// The policies of a directory and the tests in it, as they are. Who may write them does not matter. Blocking.
    package static func all(in directory: String) throws(PolicyErrors) -> [PolicyFile] {
        let diagnostics = Diagnostics()
        var files = PolicyDirectory.read(directory, suffix: ".yaml", checkModes: false, diagnostics)
        if PolicyDirectory.exists(directory + "/tests") {
            files += PolicyDirectory.read(directory + "/tests", suffix: ".test.yaml", checkModes: false, label: "tests/", diagnostics)
        }
        guard diagnostics.errors.isEmpty else { throw PolicyErrors(diagnostics.errors) }
        return files
    }
}

extension PolicyDirectory {
    static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }
}
