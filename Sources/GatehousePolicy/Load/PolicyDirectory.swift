import GatehouseFiles

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Reads the files of a policies directory, and refuses what others could change or replace (POL-23).
enum PolicyDirectory {
    /// The most files a directory may hold.
    private static let maximumEntries = 1_024

    /// The `.yaml` files directly in a directory, by name. Mistakes go to `diagnostics`.
    static func read(_ path: String, suffix: String, checkModes: Bool, label: String = "", _ diagnostics: Diagnostics) -> [PolicyFile] {
        let place = SourcePosition(file: label.isEmpty ? path : label, line: 0, column: 0)
        let trust = TrustedFiles()
        let opened: OpenedPath
        do throws(PathError) {
            opened = try trust.open(path, as: .directory)
        } catch {
            diagnostics.report(.unreadable, at: place, "the directory cannot be read: \(error.reason)")
            return []
        }
        let known = opened.findings
        if checkModes { for finding in known { diagnostics.report(.mode, at: place, finding.description) } }
        let descriptor = fcntl(opened.number, F_DUPFD_CLOEXEC, 0)
        guard descriptor >= 0, let directory = unsafe fdopendir(descriptor) else {
            diagnostics.report(.unreadable, at: place, "the directory cannot be read: \(reason())")
            if descriptor >= 0 { close(descriptor) }
            return []
        }
        defer { unsafe closedir(directory) }
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
        return names.sorted().compactMap { name in
            let place = SourcePosition(file: label + name, line: 0, column: 0)
            return file(name, in: path, trust, at: place, diagnostics) { finding in
                // What is wrong with the directory was said once.
                if checkModes, !known.contains(finding) { diagnostics.report(.mode, at: place, finding.description) }
            }
        }
    }

    private static func nextName(in directory: OpaquePointer) -> String? {
        guard let entry = unsafe readdir(directory) else { return nil }
        var field = unsafe entry.pointee.d_name
        return unsafe withUnsafeBytes(of: &field) { raw in unsafe String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self) }
    }

    private static func file(
        _ name: String, in directory: String, _ trust: TrustedFiles, at place: SourcePosition, _ diagnostics: Diagnostics,
        _ report: (TrustFinding) -> Void
    ) -> PolicyFile? {
        let opened: OpenedPath
        do throws(PathError) {
            opened = try trust.open(directory + "/" + name, as: .file)
        } catch {
            diagnostics.report(.unreadable, at: place, "the file cannot be read: \(error.reason)")
            return nil
        }
        guard opened.isRegular else {
            diagnostics.report(.unreadable, at: place, "not a regular file: remove it, or rename it so that it does not end in .yaml")
            return nil
        }
        opened.findings.forEach(report)
        do throws(PathError) {
            // One byte more than the limit, so that the reader sees the excess.
            return PolicyFile(name: place.file, bytes: try opened.bytes(atMost: YAMLReader.maximumBytes + 1))
        } catch {
            diagnostics.report(.unreadable, at: place, "the file cannot be read: \(error.reason)")
            return nil
        }
    }

    private static func reason() -> String {
        unsafe strerror(errno).map { unsafe String(cString: $0) } ?? "error \(errno)"
    }
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
