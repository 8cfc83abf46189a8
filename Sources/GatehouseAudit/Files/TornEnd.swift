/// The unfinished end of a file, kept beside it (AUD-33).
///
/// It is called `*.torn.new` until `audit.recovered` is durable: a start that is killed in between leaves it to the next one to record.
struct TornEnd {
    private static let suffix = ".new"

    let bytes: Int
    /// Its name once it is recorded.
    let file: String

    /// Copies what follows `offset`, makes that durable, and only then cuts it off.
    static func setAside(
        _ name: SegmentName, from offset: Int, _ descriptor: Int32, _ directory: LogDirectory, _ files: any AuditFileSystem
    ) throws(FileError) {
        let copy = try create(name, directory, files)
        defer { files.close(copy) }
        var position = offset
        while true {
            let bytes = try files.read(descriptor, at: position, count: 1 << 16)
            if bytes.isEmpty { break }
            try files.writeAll(copy, bytes.span)
            position += bytes.count
        }
        try files.sync(copy, isDirectory: false)
        try files.sync(directory.descriptor, isDirectory: true)
        try files.truncate(descriptor, to: offset)
        try files.sync(descriptor, isDirectory: false)
    }

    static func unrecorded(in directory: LogDirectory, _ files: any AuditFileSystem) throws(FileError) -> [TornEnd] {
        var found: [TornEnd] = []
        for name in try files.names(in: directory.root).sorted() where name.hasSuffix(".torn" + suffix) {
            found.append(TornEnd(bytes: try files.status(at: directory.path(name)).size, file: String(name.dropLast(suffix.count))))
        }
        return found
    }

    /// To be called when its record is durable.
    func markRecorded(_ directory: LogDirectory, _ files: any AuditFileSystem) throws(FileError) {
        try files.rename(directory.path(file + Self.suffix), to: directory.path(file))
        try files.sync(directory.descriptor, isDirectory: true)
    }

    private static func create(_ name: SegmentName, _ directory: LogDirectory, _ files: any AuditFileSystem) throws(FileError) -> Int32 {
        let taken = try files.names(in: directory.root)
        var number = 1
        var file = "\(name.text).torn"
        while taken.contains(file) || taken.contains(file + suffix) {
            number += 1
            file = "\(name.text).\(number).torn"
        }
        return try files.open(directory.path(file + suffix), as: .create)
    }
}
