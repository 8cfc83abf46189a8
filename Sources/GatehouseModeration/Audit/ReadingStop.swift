import GatehouseAudit
import GatehouseFiles
import NIOCore
import Synchronization

/// Ends a reading of the audit log before its end: when whoever asked has gone, or its time is over. Any thread may use it.
final class ReadingStop: Sendable {
    private let cancelled = Atomic<Bool>(false)
    /// In nanoseconds, as `NIODeadline` counts them.
    private let end = Atomic<UInt64>(.max)

    /// Nobody waits for the reading any more.
    func cancel() { cancelled.store(true, ordering: .relaxed) }

    /// From now on the reading may take no longer than this.
    func allow(_ time: TimeAmount) { end.store((NIODeadline.now() + time).uptimeNanoseconds, ordering: .relaxed) }

    var isCancelled: Bool { cancelled.load(ordering: .relaxed) }

    /// Whether the reading must end now, for either reason.
    var isDue: Bool { isCancelled || NIODeadline.now().uptimeNanoseconds >= end.load(ordering: .relaxed) }
}

/// The files of the log for one reading that can be stopped: from then on every read fails, so that no code between here and there has to
/// ask. Read only.
struct StoppableFiles: AuditFileSystem {
    private let files = SystemFiles()
    let stop: ReadingStop

    /// The error of a reading that was stopped. It is no error of the disk.
    private func stopped(_ operation: String, _ path: String = "") -> FileError { FileError(operation: operation, path: path, number: 0) }

    func names(in path: String) throws(FileError) -> [String] { try files.names(in: path) }

    func open(_ path: String, as mode: FileMode) throws(FileError) -> Int32 {
        guard mode == .read else { throw stopped("open for reading only", path) }
        guard !stop.isDue else { throw stopped("stopped", path) }
        return try files.open(path, as: .read)
    }

    func read(_ descriptor: Int32, at offset: Int, count: Int) throws(FileError) -> [UInt8] {
        guard !stop.isDue else { throw stopped("stopped") }
        return try files.read(descriptor, at: offset, count: count)
    }

    func status(of descriptor: Int32) throws(FileError) -> FileStatus { try files.status(of: descriptor) }
    func status(at path: String) throws(FileError) -> FileStatus { try files.status(at: path) }
    func findings(at path: String, as use: PathUse) -> [TrustFinding] { files.findings(at: path, as: use) }
    func close(_ descriptor: Int32) { files.close(descriptor) }

    // A reading changes nothing.
    func makeDirectory(_ path: String) throws(FileError) { throw stopped("make", path) }
    func openDirectory(_ path: String) throws(FileError) -> Int32 { throw stopped("open", path) }
    func lock(_ descriptor: Int32) throws(FileError) { throw stopped("lock") }
    func write(_ descriptor: Int32, _ bytes: Span<UInt8>) throws(FileError) -> Int { throw stopped("write") }
    func sync(_ descriptor: Int32, isDirectory: Bool) throws(FileError) { throw stopped("sync") }
    func truncate(_ descriptor: Int32, to size: Int) throws(FileError) { throw stopped("truncate") }
    func remove(_ path: String) throws(FileError) { throw stopped("remove", path) }
    func rename(_ path: String, to new: String) throws(FileError) { throw stopped("rename", path) }
    func link(_ path: String, to new: String) throws(FileError) { throw stopped("link", path) }
    func allocate(_ descriptor: Int32, size: Int) throws(FileError) { throw stopped("allocate") }
    func space(at path: String) throws(FileError) -> (free: UInt64, total: UInt64) { try files.space(at: path) }
}
