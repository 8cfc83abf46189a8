@testable import GatehouseTokens

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A directory of one test, gone with it.
final class TestDirectory {
    let path: String

    init() throws {
        var template = Array("/tmp/gatehouse-tokens-XXXXXX".utf8CString)
        let made = unsafe template.withUnsafeMutableBufferPointer { unsafe $0.baseAddress.flatMap { unsafe mkdtemp($0) } != nil }
        guard made else { throw TestKeys.Missing() }
        path = String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        for name in names where name != "." && name != ".." { unsafe unlink(path + "/" + name) }
        unsafe rmdir(path)
    }

    /// Writes a file and returns its path.
    func file(_ name: String, _ contents: [UInt8], mode: UInt32 = 0o600) throws -> String {
        let file = path + "/" + name
        try unsafe contents.withUnsafeBufferPointer { try unsafe NewFile.write($0, to: file, mode: mode_t(mode)) }
        return file
    }

    func file(_ name: String, _ contents: String, mode: UInt32 = 0o600) throws -> String {
        try file(name, Array(contents.utf8), mode: mode)
    }

    func mode(_ file: String) -> UInt32 {
        var status = stat()
        return unsafe stat(file, &status) == 0 ? UInt32(status.st_mode) & 0o777 : 0
    }

    private var names: [String] {
        guard let directory = unsafe opendir(path) else { return [] }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            names.append(name)
        }
        return names
    }
}
