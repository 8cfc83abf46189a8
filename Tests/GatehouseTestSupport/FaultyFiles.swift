package import GatehouseAudit
package import GatehouseFiles
package import NIOConcurrencyHelpers

/// The real file system with faults at chosen calls (REL-06).
package final class FaultyFiles: AuditFileSystem {
    package struct Plan {
        /// Errors that the next calls of `write` and `sync` end in, in order; afterwards all goes well, unless `always` is set.
        package var writes: [Int32?] = []
        package var syncs: [Int32?] = []
        package var always: Int32?
        package var truncateFails = false
        /// What making a file ends in.
        package var creates: Int32?
        /// Bytes that `write` takes at a time.
        package var piece = Int.max
        /// Bytes that the volume still takes; `nil` for no bound.
        package var room: Int?
        package var freePercent: UInt64?
        /// What was called, of the calls that tests look at.
        package var calls: [String] = []
    }

    private let system = SystemFiles()
    package init() {}

    package let plan = NIOLockedValueBox(Plan())

    package func change(_ body: (inout Plan) -> Void) { plan.withLockedValue { body(&$0) } }
    package var calls: [String] { plan.withLockedValue { $0.calls } }

    package func write(_ descriptor: Int32, _ bytes: Span<UInt8>) throws(FileError) -> Int {
        let (number, count) = plan.withLockedValue { plan -> (Int32?, Int) in
            var number = plan.writes.isEmpty ? nil : plan.writes.removeFirst()
            if let always = plan.always { number = always }
            var count = min(bytes.count, plan.piece)
            if let room = plan.room {
                if room == 0 { number = ErrorNumber.noSpace }
                count = min(count, room)
                if number == nil { plan.room = room - count }
            }
            return (number, count)
        }
        if let number { throw FileError(operation: "write", path: "", number: number) }
        return try system.write(descriptor, bytes.extracting(0..<count))
    }

    package func sync(_ descriptor: Int32, isDirectory: Bool) throws(FileError) {
        let number = plan.withLockedValue { plan -> Int32? in
            if isDirectory { return nil }
            plan.calls.append("sync \(descriptor)")
            return plan.syncs.isEmpty ? plan.always : plan.syncs.removeFirst()
        }
        if let number { throw FileError(operation: "fdatasync", path: "", number: number) }
        try system.sync(descriptor, isDirectory: isDirectory)
    }

    package func truncate(_ descriptor: Int32, to size: Int) throws(FileError) {
        if plan.withLockedValue({ $0.truncateFails }) { throw FileError(operation: "ftruncate", path: "", number: ErrorNumber.input) }
        let before = try system.status(of: descriptor).size
        try system.truncate(descriptor, to: size)
        change { plan in if let room = plan.room { plan.room = room + before - size } }
    }

    package func allocate(_ descriptor: Int32, size: Int) throws(FileError) {
        let fits = plan.withLockedValue { plan in
            guard let room = plan.room else { return true }
            guard room >= size else { return false }
            plan.room = room - size
            return true
        }
        guard fits else { throw FileError(operation: "fallocate", path: "", number: ErrorNumber.noSpace) }
        try system.allocate(descriptor, size: size)
    }

    package func remove(_ path: String) throws(FileError) {
        let size = try system.status(at: path).size
        try system.remove(path)
        change { plan in if let room = plan.room { plan.room = room + size } }
    }

    package func space(at path: String) throws(FileError) -> (free: UInt64, total: UInt64) {
        if let percent = plan.withLockedValue({ $0.freePercent }) { return (percent * 1_000, 100_000) }
        return try system.space(at: path)
    }

    package func rename(_ path: String, to new: String) throws(FileError) { try system.rename(path, to: new) }
    package func link(_ path: String, to new: String) throws(FileError) { try system.link(path, to: new) }
    package func makeDirectory(_ path: String) throws(FileError) { try system.makeDirectory(path) }
    package func openDirectory(_ path: String) throws(FileError) -> Int32 { try system.openDirectory(path) }
    package func lock(_ descriptor: Int32) throws(FileError) { try system.lock(descriptor) }
    package func names(in path: String) throws(FileError) -> [String] { try system.names(in: path) }
    package func open(_ path: String, as mode: FileMode) throws(FileError) -> Int32 {
        if mode == .create, let number = plan.withLockedValue({ $0.creates }) {
            throw FileError(operation: "open", path: path, number: number)
        }
        return try system.open(path, as: mode)
    }
    package func read(_ descriptor: Int32, at offset: Int, count: Int) throws(FileError) -> [UInt8] {
        try system.read(descriptor, at: offset, count: count)
    }
    package func status(of descriptor: Int32) throws(FileError) -> FileStatus { try system.status(of: descriptor) }
    package func status(at path: String) throws(FileError) -> FileStatus { try system.status(at: path) }
    package func findings(at path: String, as use: PathUse) -> [TrustFinding] { system.findings(at: path, as: use) }
    package func close(_ descriptor: Int32) { system.close(descriptor) }
}
