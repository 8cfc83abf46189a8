import Glibc

/// A directory of a test's own, removed with the last reference to it.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/gatehouse-tls-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw SystemFailure(call: "mkdtemp", number: errno) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        guard let directory = unsafe opendir(path) else { return }
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
                unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != "." && name != ".." { _ = unsafe unlink(path + "/" + name) }
        }
        unsafe closedir(directory)
        _ = unsafe rmdir(path)
    }

    func file(_ name: String) -> String { path + "/" + name }

    func write(_ bytes: [UInt8], to name: String, mode: mode_t = 0o600) throws {
        let descriptor = unsafe open(file(name), O_WRONLY | O_CREAT | O_TRUNC, mode)
        guard descriptor >= 0 else { throw SystemFailure(call: "open", number: errno) }
        defer { _ = close(descriptor) }
        guard fchmod(descriptor, mode) == 0 else { throw SystemFailure(call: "fchmod", number: errno) }
        guard unsafe Glibc.write(descriptor, bytes, bytes.count) == bytes.count else { throw SystemFailure(call: "write", number: errno) }
    }

    func rename(_ old: String, to new: String) -> Bool { unsafe Glibc.rename(file(old), file(new)) == 0 }

    func remove(_ name: String) -> Bool { unsafe unlink(file(name)) == 0 }

    func setMode(_ mode: mode_t, of name: String) -> Bool { unsafe chmod(file(name), mode) == 0 }

    func link(_ name: String, to target: String) -> Bool { unsafe symlink(target, file(name)) == 0 }

    func mode(of name: String) -> mode_t {
        var status = stat()
        return unsafe stat(file(name), &status) == 0 ? status.st_mode & 0o777 : 0
    }
}

struct SystemFailure: Error {
    var call: String
    var number: Int32
}

/// Seconds since 1970.
func secondsNow() -> Int64 { Int64(time(nil)) }
