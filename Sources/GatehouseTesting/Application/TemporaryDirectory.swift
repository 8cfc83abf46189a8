import Foundation

/// The directory of one run, private to the user: servers refuse keys and policies that others could write.
struct TemporaryDirectory: Sendable {
    let path: String

    init() throws(TestApplicationError) {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("gatehouse-test-\(UUID().uuidString)").path
        try Self.make(path)
    }

    func path(_ name: String) -> String { path + "/" + name }

    func makeDirectory(_ name: String) throws(TestApplicationError) { try Self.make(path(name)) }

    /// Writes a file, and makes the directories on the way to it.
    func write(_ bytes: [UInt8], to name: String) throws(TestApplicationError) {
        let file = URL(fileURLWithPath: path(name))
        try Self.make(file.deletingLastPathComponent().path)
        guard FileManager.default.createFile(atPath: file.path, contents: Data(bytes), attributes: [.posixPermissions: 0o600]) else {
            throw TestApplicationError(.files, "\(file.path) cannot be written: is there room in the temporary directory?")
        }
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }

    private static func make(_ path: String) throws(TestApplicationError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw TestApplicationError(.files, "the directory \(path) cannot be made", cause: error)
        }
    }
}
