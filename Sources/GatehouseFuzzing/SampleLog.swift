import GatehouseAudit
import GatehouseNetwork
import NIOConcurrencyHelpers

/// A small log of three files with signed checkpoints, always the same but for the random part of its identifiers.
struct SampleLog {
    let files: [String: [UInt8]]
    let key: AuditSigningKey
    /// The checkpoints as the second sink got them.
    let notes: [SignedCheckpoint]

    /// Names of the files with records, in order.
    var segments: [String] { files.keys.filter { $0.hasSuffix(".jsonl") }.sorted() }

    init() throws {
        key = try AuditSigningKey(seed: [UInt8](0..<32), name: "gatehouse.test")
        let sink = Sink()
        let memory = MemoryFiles()
        let log = try Self.open(memory, checkpoints: AuditCheckpoints(key: key) { note in sink.notes.withLockedValue { $0.append(note) } })
        for port in 1...6 {
            log.record(AuditRecord(.connectionOpened, actor: AuditActor(ip: ClientAddress(IPAddress("203.0.113.9")), port: UInt16(port))))
            if port.isMultiple(of: 3) { log.rotate() }
            log.drive()
        }
        log.record(AuditRecord(.connectionClosed, actor: AuditActor(ip: ClientAddress(IPAddress("2001:db8::1")), port: 9)))
        try Self.stop(log)
        files = memory.files
        notes = sink.notes.withLockedValue { $0 }.compactMap { SignedCheckpoint(note: $0) }
    }

    private final class Sink: Sendable {
        let notes = NIOLockedValueBox<[String]>([])
    }

    /// Opens a log at a time that does not pass.
    static func open(_ files: MemoryFiles, checkpoints: AuditCheckpoints? = nil) throws(AuditError) -> AuditLog {
        var configuration = AuditConfiguration(directory: MemoryFiles.directory, node: "gw-1")
        configuration.reserveBytes = 0
        configuration.ringRecords = 64
        configuration.ringBytes = 65_536
        configuration.checkpoints = checkpoints
        let clock = AuditClock(wallMicroseconds: { 1_795_379_255_123_456 }, monotonicNanoseconds: { 1_000_000_000 })
        return try AuditLog.open(configuration, files: files, clock: clock, driver: .manual)
    }

    static func stop(_ log: AuditLog) throws(AuditError) {
        let problem = NIOLockedValueBox<AuditError?>(nil)
        log.stop { error in problem.withLockedValue { $0 = error } }
        if let error = problem.withLockedValue({ $0 }) { throw error }
    }
}
