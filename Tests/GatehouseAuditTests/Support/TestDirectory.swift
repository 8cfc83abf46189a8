import Glibc

@testable import GatehouseAudit

/// A directory of the test's own, gone with it.
final class TestDirectory {
    let path: String

    init() {
        var template = Array("/tmp/gatehouse-audit-XXXXXX".utf8CString)
        path = unsafe template.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress, let made = unsafe mkdtemp(base) else { fatalError("no temporary directory") }
            return unsafe String(cString: made)
        }
    }

    deinit {
        remove(path)
    }

    /// The log's directory; absent until a log is opened.
    var log: String { path + "/audit" }

    var names: [String] { ((try? SystemFiles().names(in: log)) ?? []).sorted() }
    var segments: [String] { names.filter { SegmentName($0) != nil } }

    func read(_ name: String) -> [UInt8] { TestDirectory.read(log + "/" + name) }

    func write(_ bytes: [UInt8], to name: String) { TestDirectory.write(bytes, to: log + "/" + name) }

    func rename(_ old: String, to new: String) { _ = unsafe Glibc.rename(log + "/" + old, log + "/" + new) }

    func delete(_ name: String) { _ = unsafe unlink(log + "/" + name) }

    /// All lines of all segments in order, without LF.
    var lines: [String] {
        segments.flatMap { name in String(decoding: read(name), as: UTF8.self).split(separator: "\n").map(String.init) }
    }

    /// Changes each line of a segment and gives it the hash that it should have behind `state`: as someone would who knows how the chain is made,
    /// for there is no secret in it. Leaves `state` behind the last line.
    func rewrite(_ name: String, from state: inout ChainState, change: (Int, String) -> String) throws {
        var out: [UInt8] = []
        let lines = String(decoding: read(name), as: UTF8.self).split(separator: "\n").map(String.init)
        for (index, line) in lines.enumerated() {
            let body = Array(change(index, line).utf8.dropLast(51))
            state = ChainState(seq: state.seq + 1, hash: try RecordLine.chained(body, after: state.hash))
            out += body + Array(",\"h\":\"\(state.hash.text)\"}\n".utf8)
        }
        write(out, to: name)
    }

    static func read(_ path: String) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        while let more = try? SystemFiles().read(descriptor, at: bytes.count, count: 1 << 20), !more.isEmpty { bytes += more }
        return bytes
    }

    static func write(_ bytes: [UInt8], to path: String) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o640)
        defer { close(descriptor) }
        try? SystemFiles().writeAll(descriptor, bytes.span)
    }

    private func remove(_ path: String) {
        for name in (try? SystemFiles().names(in: path)) ?? [] {
            let child = path + "/" + name
            if unsafe unlink(child) != 0 { remove(child) }
        }
        unsafe rmdir(path)
    }
}
