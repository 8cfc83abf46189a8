import GatehouseFiles

extension SettingsFile {
    struct Unreadable: Error {
        var message: String
    }

    /// A regular file that nobody else can change, whole, of at most 256 KiB.
    static func contents(of path: String) throws(Unreadable) -> [UInt8] {
        do {
            let file = try TrustedFiles().open(path, as: .file)
            guard file.isRegular else { throw Unreadable(message: "not a regular file") }
            guard file.findings.isEmpty else { throw Unreadable(message: file.findings.text) }
            // One byte more than the limit, so that the reader sees the excess.
            return try file.bytes(atMost: 262_145)
        } catch let error as Unreadable {
            throw error
        } catch {
            throw Unreadable(message: "the file cannot be read: \((error as? PathError)?.reason ?? "\(error)")")
        }
    }
}
